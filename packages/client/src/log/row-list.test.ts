import { ChatError } from '@banter/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LogEntry, MessageEntry, PendingEntry } from '../types/log.ts';
import { RowList } from './row-list.ts';

let list: RowList;
/** The rows of a reader that knows the list only by its patches. */
let mirrored: LogEntry[];

beforeEach(() => {
  list = new RowList();
  mirrored = [];
  list.onPatch((patch) => {
    if (patch.type === 'append') mirrored.push(...patch.entries);
    else if (patch.type === 'prepend') mirrored.unshift(...patch.entries);
    else if (patch.type === 'remove') mirrored = mirrored.filter(({ key }) => key !== patch.key);
    else if (patch.type === 'replace')
      mirrored = mirrored.map((each) => (each.key === patch.key ? patch.entry : each));
    else mirrored = [...list.rows];
  });
});

describe('a failed row', () => {
  it('keeps its place while newer messages come', () => {
    list.insert([stored(1), stored(2)]);
    list.setPending(pending('a', 'queued'));
    list.setPending(pending('b', 'queued'));
    list.setPending(pending('a', 'failed'));
    list.insert([stored(3), stored(4)]);
    expect(shown()).toEqual(['1', '2', 'a', '3', '4', 'b']);
    list.setPending(pending('b', 'failed'));
    list.insert([stored(5)]);
    expect(shown()).toEqual(['1', '2', 'a', '3', '4', 'b', '5']);
  });

  it('keeps the order of several that failed at the same place', () => {
    list.insert([stored(1)]);
    for (const id of ['a', 'b', 'c']) list.setPending(pending(id, 'queued'));
    for (const id of ['a', 'b', 'c']) list.setPending(pending(id, 'failed'));
    list.insert([stored(2)]);
    expect(shown()).toEqual(['1', 'a', 'b', 'c', '2']);
  });

  it('moves to the end when it is retried, and to its seq when it is stored', () => {
    list.insert([stored(1)]);
    list.setPending(pending('a', 'queued'));
    list.setPending(pending('a', 'failed'));
    list.insert([stored(2)]);
    list.setPending(pending('a', 'queued'));
    expect(shown()).toEqual(['1', '2', 'a']);
    list.insert([stored(3)]);
    list.confirm({ ...stored(4), key: 'a' });
    expect(shown()).toEqual(['1', '2', '3', 'a']);
  });

  it('from an earlier visit takes its place by its time when the page comes', () => {
    list.setPending(pending('a', 'failed', 2.5));
    list.setPending(pending('b', 'queued', 9));
    list.prepend([stored(2), stored(3)]);
    expect(shown()).toEqual(['2', 'a', '3', 'b']);
  });

  it('older than the newest page stays before it, and moves into the page where it belongs', () => {
    list.setPending(pending('a', 'failed', 2.5));
    list.prepend([stored(5), stored(6)]);
    expect(shown()).toEqual(['a', '5', '6']);
  });

  it('survives a jump to an older part, and a reset', () => {
    list.insert([stored(5)]);
    list.setPending(pending('a', 'queued'));
    list.setPending(pending('a', 'failed'));
    list.insert([stored(6), stored(7)]);
    list.replaceBelow(7, [stored(4), stored(5)]);
    expect(shown()).toEqual(['4', '5', 'a', '7']);
    list.dropConfirmed();
    list.prepend([stored(5), stored(6)]);
    expect(shown()).toEqual(['5', 'a', '6']);
  });
});

function shown(): string[] {
  const name = (row: LogEntry) => (row.kind === 'pending' ? row.key : row.key.replace('s:', ''));
  expect(mirrored.map(name)).toEqual(list.rows.map(name));
  return list.rows.map(name);
}

function stored(seq: number): MessageEntry {
  const message = {
    roomId: 1,
    seq,
    userId: 2,
    username: 'mira',
    content: 'x',
    at: timeAt(seq),
    id: `${seq}`,
  };
  return { kind: 'message', key: `s:${seq}`, message };
}

function pending(id: string, status: PendingEntry['status'], time = 0): PendingEntry {
  const row = { kind: 'pending', key: id, id, content: id, at: timeAt(time), status } as const;
  return status === 'failed' ? { ...row, status, error: new ChatError('muted') } : row;
}

/** The time at which the message with that seq was stored: one a second. */
function timeAt(seq: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seq * 1_000).toISOString();
}
