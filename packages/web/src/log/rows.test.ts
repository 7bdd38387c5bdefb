import type { LogEntry } from '@banter/client';
import { describe, expect, it } from 'vitest';
import { isSameRow, type Row } from './row.ts';
import { buildRows, type RowContext } from './rows.ts';

const CONTEXT: RowContext = {
  self: 'juno',
  isMention: ({ mentions = [] }) => mentions.includes(9),
  before: undefined,
  hasOlder: true,
  unread: null,
  localLines: [],
  hidesJoins: false,
  known: new Set(['mira']),
};

function at(minute: number, day = 20): string {
  return new Date(2026, 10, day, 13, minute).toISOString();
}

function message(seq: number, username: string, minute: number, content = 'hi', day = 20): LogEntry {
  const stored = { roomId: 1, seq, userId: seq, username, content, at: at(minute, day), id: `id-${seq}` };
  return { kind: 'message', key: `m${seq}`, message: stored };
}

function join(seq: number, username: string, minute = 0): LogEntry {
  return {
    kind: 'notice',
    key: `n${seq}`,
    event: { type: 'join', roomId: 1, seq, at: at(minute), userId: seq, username },
  };
}

function show(rows: readonly Row[]): string[] {
  return rows.map((row) => {
    if (row.kind !== 'message') return `${row.kind}: ${row.text}`;
    return `${row.username}${row.isContinued ? ' continued' : ''}${row.isSameMinute ? ' same' : ''}`;
  });
}

describe('rows', () => {
  it('groups messages of one author within five minutes and hides a repeated minute', () => {
    const rows = buildRows(
      [
        message(1, 'mira', 1),
        message(2, 'mira', 1),
        message(3, 'mira', 4),
        message(4, 'mira', 9),
        message(5, 'hal', 9),
      ],
      CONTEXT,
    );
    expect(show(rows)).toEqual(['mira', 'mira continued same', 'mira continued', 'mira', 'hal']);
  });

  it('never groups an action: its text begins with its author', () => {
    const waves = message(2, 'mira', 1, 'waves');
    if (waves.kind === 'message') Object.assign(waves.message, { kind: 'me' });
    const rows = buildRows([message(1, 'mira', 1), waves, message(3, 'mira', 1)], CONTEXT);
    expect(show(rows)).toEqual(['mira', 'mira', 'mira']);
    expect(rows.map((row) => row.kind === 'message' && row.isAction)).toEqual([false, true, false]);
  });

  it('says that a person was added only when the loaded entries prove it', () => {
    const role: LogEntry = {
      kind: 'notice',
      key: 'n9',
      event: {
        ...{ type: 'role', roomId: 1, seq: 9, at: at(9), userId: 1, username: 'mira' },
        ...{ target: 2, targetUsername: 'hal', role: 'member' },
      },
    };
    const added = 'notice: mira added hal (13:09)';
    const unsure = 'notice: mira made hal a member (13:09)';
    const textAfter = (entries: LogEntry[], hasOlder = false) =>
      show(buildRows([...entries, role], { ...CONTEXT, hasOlder })).at(-1);
    expect(textAfter([])).toBe(added);
    expect(textAfter([], true)).toBe(unsure);
    expect(textAfter([message(2, 'hal', 1)])).toBe(unsure);
    const leave: LogEntry = { ...join(2, 'hal'), key: 'n3' };
    if (leave.kind === 'notice') leave.event = { ...leave.event, type: 'leave' } as typeof leave.event;
    expect(textAfter([join(2, 'hal'), leave], true)).toBe(added);
    const hole: LogEntry = { kind: 'hole', key: 'hole:3', after: 3, before: 8 };
    expect(textAfter([join(2, 'hal'), leave, hole])).toBe(unsure);
  });

  it('begins a new group after a notice', () => {
    const rows = buildRows([message(1, 'mira', 1), join(2, 'hal', 1), message(3, 'mira', 1)], CONTEXT);
    expect(show(rows)).toEqual(['mira', 'notice: hal joined (13:01)', 'mira']);
  });

  it('adds a rule where a day begins and above the room’s first message', () => {
    const entries = [message(1, 'mira', 1, 'a', 19), message(2, 'mira', 1, 'b', 20)];
    expect(show(buildRows(entries, CONTEXT))).toEqual(['mira', 'day: Friday 20 November 2026', 'mira']);
    expect(show(buildRows(entries, { ...CONTEXT, hasOlder: false }))[0]).toBe(
      'day: Thursday 19 November 2026',
    );
  });

  it('collapses a run of joins and interrupts it at the unread line', () => {
    const entries = [join(1, 'a'), join(2, 'b'), join(3, 'c')];
    expect(show(buildRows(entries, CONTEXT))).toEqual(['notice: a, b and c joined (13:00)']);
    const rows = buildRows(entries, { ...CONTEXT, unread: { key: 'n3', text: '1 new' } });
    expect(show(rows)).toEqual([
      'notice: a and b joined (13:00)',
      'unread: 1 new',
      'notice: c joined (13:00)',
    ]);
  });

  it('can hide joins, and keeps the local lines after them', () => {
    const entries = [message(1, 'mira', 1), join(2, 'hal', 2), message(3, 'mira', 3)];
    const line = { key: 'l1', afterKey: 'n2', at: at(2), text: 'after the join', isWrong: false };
    const rows = buildRows(entries, { ...CONTEXT, hidesJoins: true, localLines: [line] });
    expect(show(rows)).toEqual(['mira', 'local: after the join', 'mira']);
  });

  it('marks messages that mention the reader', () => {
    const call = message(1, 'mira', 1, 'juno: look');
    if (call.kind === 'message') call.message.mentions = [9];
    const rows = buildRows([call, message(2, 'juno', 1, 'juno here')], CONTEXT);
    expect(rows.map((row) => row.kind === 'message' && row.isMention)).toEqual([true, false]);
  });

  it('keeps the key of a pending message when it is stored', () => {
    const waiting: LogEntry = {
      kind: 'pending',
      key: 'k',
      id: 'abcdefgh',
      content: 'hi',
      at: at(1),
      status: 'sent',
    };
    const [before] = buildRows([waiting], CONTEXT);
    const stored = message(7, 'juno', 1);
    const [after] = buildRows([{ ...stored, key: 'k' }], CONTEXT);
    expect(before?.key).toBe(after?.key);
    expect(before).toMatchObject({ status: 'sent', seq: 0, isOwn: true });
    expect(after).toMatchObject({ status: 'stored', seq: 7, isOwn: true });
  });

  it('shows why a message was not sent', () => {
    const failed: LogEntry = {
      kind: 'pending',
      key: 'k',
      id: 'abcdefgh',
      content: 'hi',
      at: at(1),
      status: 'failed',
    };
    const [row] = buildRows([failed], CONTEXT);
    expect(row).toMatchObject({ status: 'failed', pendingId: 'abcdefgh' });
  });

  it('keeps a local line after its entry', () => {
    const lines = [
      { key: 'l1', afterKey: 'm1', at: at(1), text: 'unknown command', isWrong: true },
      { key: 'l0', afterKey: null, at: at(0), text: 'welcome', isWrong: false },
    ];
    const rows = buildRows([message(1, 'mira', 1), message(2, 'hal', 2)], { ...CONTEXT, localLines: lines });
    expect(show(rows)).toEqual(['local: welcome', 'mira', 'wrong: unknown command', 'hal']);
  });

  it('adds a local line under the rule of its day', () => {
    const lines = [
      { key: 'l0', afterKey: null, at: at(0), text: 'no topic', isWrong: false },
      { key: 'l1', afterKey: 'm1', at: at(3, 21), text: 'next day', isWrong: false },
    ];
    const entries = [message(1, 'mira', 1), message(2, 'hal', 5, 'hi', 21)];
    const fresh = { ...CONTEXT, hasOlder: false, localLines: lines };
    const [first, second] = ['day: Friday 20 November 2026', 'day: Saturday 21 November 2026'];
    expect(show(buildRows(entries, fresh))).toEqual([
      first,
      'local: no topic',
      'mira',
      second,
      'local: next day',
      'hal',
    ]);
    expect(show(buildRows([], fresh))).toEqual([first, 'local: no topic']);
  });

  it('places a local line without an entry by its time, but not in a later part of the log', () => {
    const line = { key: 'l0', afterKey: null, at: at(2), text: 'said early', isWrong: false };
    const [first, second, third] = [message(1, 'mira', 1), message(2, 'hal', 3), message(3, 'mira', 4)];
    const context = { ...CONTEXT, localLines: [line] };
    expect(show(buildRows([first, second], context))).toEqual(['mira', 'local: said early', 'hal']);
    expect(show(buildRows([second, third], { ...context, before: first }))).toEqual(['hal', 'mira']);
  });

  it('says why and until when a queued message waits', () => {
    const wait = { reason: 'Enough for today', until: '2026-11-20T14:30:00.000Z' };
    const about = { key: 'm:abcdefgh', id: 'abcdefgh', content: 'one', at: '2026-11-20T14:00:00.000Z' };
    const row = buildRows([{ kind: 'pending', status: 'queued', ...about, wait }], CONTEXT).at(-1);
    expect(row).toMatchObject({
      status: 'queued',
      reason: expect.stringMatching(/^waits until \d\d:30: Enough/),
    });
  });

  it('names a steady talker again after five minutes', () => {
    const rows = buildRows(
      [0, 2, 4, 6, 8, 10].map((minute) => message(minute + 1, 'mira', minute)),
      CONTEXT,
    );
    expect(show(rows)).toEqual([
      'mira',
      'mira continued',
      'mira continued',
      'mira',
      'mira continued',
      'mira continued',
    ]);
  });

  it('shows how many messages are not loaded', () => {
    const rows = buildRows(
      [{ kind: 'hole', key: 'h', after: 10, before: 1215 }, message(1215, 'mira', 1)],
      CONTEXT,
    );
    expect(show(rows)[0]).toBe('hole: — up to 1,204 messages not loaded —');
  });

  it('finds any difference between two rows', () => {
    const [first] = buildRows([message(1, 'mira', 1)], CONTEXT);
    const [second] = buildRows([message(1, 'mira', 1, 'ho')], CONTEXT);
    if (first === undefined || second === undefined) throw new Error('two rows were expected');
    expect(isSameRow(first, { ...first })).toBe(true);
    expect(isSameRow(first, second)).toBe(false);
  });
});
