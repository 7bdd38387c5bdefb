/** Tests the checks with short histories made by hand: a correct one, and variants with a single error each. */

import { expect, it } from 'vitest';
import { type CheckName, check, explain } from './check.ts';
import type { Entry, Fact, History } from './record.ts';
import type { FinalState, RoomState, Row } from './state.ts';

const ROOM = 7;
const ANN = 1;
const BEN = 2;
const onAnn = { userId: ANN, connection: 'ann#1', roomId: ROOM };
const onBen = { userId: BEN, connection: 'ben#1', roomId: ROOM };

/** Ann and Ben join, Ann sends two messages, Ben leaves, Ann sends a third one, Ben comes back. */
const rows: Row[] = [
  row(1, 'join', ANN),
  row(2, 'join', BEN),
  message(3, ANN, 'one'),
  message(4, ANN, 'two'),
  row(5, 'leave', BEN),
  message(6, ANN, 'three'),
  row(7, 'join', BEN),
];

const facts: Fact[] = [
  { kind: 'connected', userId: ANN, connection: 'ann#1' },
  { kind: 'asked', ...onAnn, after: 2 },
  { kind: 'live', ...onAnn, head: 2 },
  { kind: 'connected', userId: BEN, connection: 'ben#1' },
  { kind: 'asked', ...onBen, after: 1 },
  received(onBen, 2),
  { kind: 'live', ...onBen, head: 2 },
  { kind: 'invoke', ...onAnn, id: 'one', hash: 'one' },
  ok('one', 3),
  received(onAnn, 3),
  received(onBen, 3),
  { kind: 'invoke', ...onAnn, id: 'two', hash: 'two' },
  ok('two', 4),
  received(onAnn, 4),
  received(onBen, 4),
  { kind: 'act', roomId: ROOM, member: BEN, direction: 'out', phase: 'invoke' },
  received(onBen, 5),
  { kind: 'act', roomId: ROOM, member: BEN, direction: 'out', phase: 'done' },
  received(onAnn, 5),
  { kind: 'invoke', ...onAnn, id: 'three', hash: 'three' },
  { kind: 'refused', ...onAnn, id: 'three', code: 'unavailable', retryable: true },
  { kind: 'invoke', ...onAnn, id: 'three', hash: 'three' },
  ok('three', 6),
  received(onAnn, 6),
  { kind: 'act', roomId: ROOM, member: BEN, direction: 'in', phase: 'invoke' },
  received(onBen, 7),
  { kind: 'live', ...onBen, head: 7 },
  received(onAnn, 7),
];

it('finds no violation in a correct history', () => {
  expect(explain(check(historyOf(facts), stateOf(rows)))).toBe('no violation');
});

it('finds no violation when a returning member is live just before the join event arrives', () => {
  const early = facts.toSpliced(26, 1).toSpliced(25, 0, { kind: 'live', ...onBen, head: 6 });
  expect(explain(check(historyOf(early), stateOf(rows)))).toBe('no violation');
});

it.each<[CheckName, string, Fact[], Row[]?]>([
  ['LOST', 'an acknowledged send that is not stored', facts, rows.with(5, row(6, 'topic', ANN))],
  [
    'LOST',
    'an acknowledged send that is stored with another content',
    facts,
    rows.with(5, { ...message(6, ANN, 'three'), hash: 'x' }),
  ],
  ['GHOST', 'a stored send whose only attempt was rejected', without(facts, 21, 22)],
  ['GHOST', 'a message that nobody sent', without(facts, 19, 20, 21, 22)],
  ['GHOST', 'a message received before the attempt that stored it', moved(facts, 23, 21)],
  ['DUP', 'a message that is stored twice', facts, [...rows, message(8, ANN, 'three')]],
  [
    'DUP',
    'two answers with different seqs',
    [...facts, { kind: 'invoke', ...onAnn, id: 'one', hash: 'one' }, ok('one', 4)],
  ],
  ['DENSE', 'a seq that no event has', facts, rows.with(6, row(8, 'join', BEN))],
  ['DUP', 'a seq that is used twice', facts, [...rows, row(7, 'topic', ANN)]],
  [
    'PHANTOM',
    'an event that is not stored',
    [
      ...facts,
      { kind: 'received', ...onAnn, seq: 8, type: 'join', by: ANN, target: null, id: null, hash: null },
    ],
  ],
  [
    'PHANTOM',
    'a message with another content than the stored one',
    facts.with(9, {
      kind: 'received',
      ...onAnn,
      seq: 3,
      type: 'message',
      by: ANN,
      target: null,
      id: 'one',
      hash: 'x',
    }),
  ],
  ['GAP', 'a missing event', without(facts, 9)],
  ['GAP', 'an event that arrives twice', [...facts, received(onAnn, 7)]],
  ['GAP', 'two events in the wrong order', moved(facts, 13, 9)],
  ['GAP', 'a replay that ends before the head in live', without(facts, 5)],
  ['FIFO', 'two sends that changed places', facts.with(8, ok('one', 4)).with(12, ok('two', 3)), rows],
  [
    'REALTIME',
    'a send with a lower seq than one that was acknowledged before it began',
    [...facts.slice(0, 7), ...facts.slice(11, 13), ...facts.slice(7, 11), ...facts.slice(13)],
  ],
  ['AUTH', 'an event above a fence', facts.toSpliced(24, 0, received(onBen, 6))],
  ['AUTH', 'a message stored above a fence', facts, rows.with(5, message(6, BEN, 'three'))],
  ['CONVERGE', 'a member who does not reach the head', facts.slice(0, -1)],
  [
    'CONVERGE',
    'a member who does not come back',
    [...facts, { kind: 'closed', userId: BEN, connection: 'ben#1', code: 1006 }],
  ],
  [
    'LIVENESS',
    'a send without an answer',
    [...facts, { kind: 'invoke', ...onAnn, id: 'four', hash: 'four' }],
  ],
  ['LIVENESS', 'a send with a retryable rejection that was never retried', without(facts, 21, 22)],
])('%s finds %s', (name, _error, faultyFacts, faultyRows = rows) => {
  const found = check(historyOf(faultyFacts), stateOf(faultyRows)).map((violation) => violation.check);
  expect(found).toContain(name);
});

it('checks a history of 400,000 entries with thousands of joins and leaves in seconds', () => {
  const { facts, rows } = longHistory(20_000);
  expect(facts.length).toBeGreaterThan(400_000);
  expect(explain(check(historyOf(facts), stateOf(rows)))).toBe('no violation');
  expect(check(historyOf(facts), stateOf(rows.toSpliced(2, 1))).map(({ check }) => check)).toContain('LOST');
});

/** Repeats this: Ann sends a message, Ben leaves and comes back. Eighteen connections of Ann's follow the room. */
function longHistory(rounds: number): { facts: Fact[]; rows: Row[] } {
  const rows = [row(1, 'join', ANN), row(2, 'join', BEN)];
  const followers = ['ann#1', ...Array.from({ length: 17 }, (_, i) => `ann#${i + 2}`)];
  const facts: Fact[] = followers.flatMap((connection): Fact[] => [
    { kind: 'connected', userId: ANN, connection },
    { kind: 'asked', ...onAnn, connection, after: 2 },
    { kind: 'live', ...onAnn, connection, head: 2 },
  ]);
  const act = (direction: 'in' | 'out') => {
    const seq = rows.length + 1;
    const member = { kind: 'act', roomId: ROOM, member: BEN, direction } as const;
    rows.push(row(seq, direction === 'in' ? 'join' : 'leave', BEN));
    facts.push({ ...member, phase: 'invoke' }, { ...member, phase: 'done' });
    for (const connection of followers) facts.push(seen({ ...onAnn, connection }, rows.at(-1)));
  };
  for (let i = 0; i < rounds; i++) {
    const id = `said-${i}`;
    rows.push(message(rows.length + 1, ANN, id));
    facts.push({ kind: 'invoke', ...onAnn, id, hash: id }, ok(id, rows.length));
    for (const connection of followers) facts.push(seen({ ...onAnn, connection }, rows.at(-1)));
    if (i % 10 === 0) act('out');
    if (i % 10 === 5) act('in');
  }
  return { facts, rows };
}

function row(seq: number, kind: Row['kind'], userId: number): Row {
  return { roomId: ROOM, seq, kind, userId, target: null, id: null, hash: null };
}

/** Makes a message whose content is its id. */
function message(seq: number, userId: number, id: string): Row {
  return { ...row(seq, 'message', userId), id, hash: id };
}

/** Makes the fact that an event of the correct history was received. */
function received(on: typeof onAnn, seq: number): Fact {
  return seen(
    on,
    rows.find((row) => row.seq === seq),
  );
}

function seen(on: typeof onAnn, stored: Row | undefined): Fact {
  if (!stored) throw new RangeError('no event has this seq');
  const { seq, kind: type, userId: by, target, id, hash } = stored;
  return { kind: 'received', ...on, seq, type, by, target, id, hash };
}

function ok(id: string, seq: number): Fact {
  return { kind: 'ok', ...onAnn, id, seq, duplicate: false };
}

function without(all: Fact[], ...places: number[]): Fact[] {
  return all.filter((_, i) => !places.includes(i));
}

function moved(all: Fact[], from: number, to: number): Fact[] {
  return all.toSpliced(from, 1).toSpliced(to, 0, ...all.slice(from, from + 1));
}

/** Makes a history whose entries are a millisecond apart. */
function historyOf(all: readonly Fact[]): History {
  const entries: Entry[] = all.map((fact, i) => ({ ...fact, t: i }));
  return { entries, record: (fact) => void entries.push({ ...fact, t: entries.length }) };
}

function stateOf(all: readonly Row[]): FinalState {
  const shown = all.filter(({ id }) => id !== null);
  const lastSeq = all.reduce((max, { seq }) => Math.max(max, seq), 0);
  const room: RoomState = { roomId: ROOM, lastSeq, rows: [...all], members: new Set([ANN, BEN]), shown };
  return new Map([[ROOM, room]]);
}
