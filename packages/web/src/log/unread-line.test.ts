import type { LogEntry } from '@banter/client';
import { describe, expect, it } from 'vitest';
import { createUnreadLine } from './unread-line.ts';

function message(seq: number, username = 'mira'): LogEntry {
  const at = new Date(2026, 10, 20, 13, seq).toISOString();
  const stored = { roomId: 1, seq, userId: 1, username, content: 'hi', at, id: `id-${seq}` };
  return { kind: 'message', key: `m${seq}`, message: stored };
}

describe('unread line', () => {
  it('is found by counting back the messages of others', () => {
    const line = createUnreadLine('juno');
    line.open([message(1), message(2), message(3, 'juno'), message(4)], 2);
    expect(line.current).toEqual({ key: 'm2', text: '2 new since 13:01' });
  });

  it('continues to count in older pages', () => {
    const line = createUnreadLine('juno');
    const loaded = [message(5), message(6)];
    line.open(loaded, 4);
    expect(line.current).toBeNull();
    expect(line.isBeyond).toBe(true);
    const older = [message(2), message(3), message(4)];
    line.prepended(older, [...older, ...loaded]);
    expect(line.current).toEqual({ key: 'm3', text: '4 new since 13:02' });
    expect(line.isBeyond).toBe(false);
  });

  it('is set by the first message that comes while nobody watches, and stays there', () => {
    const line = createUnreadLine('juno');
    const all = [message(1)];
    line.open(all, 0);
    const arrive = (entry: LogEntry, isWatched: boolean) => {
      all.push(entry);
      line.arrived(entry, all, isWatched);
    };
    arrive(message(2), true);
    expect(line.current).toBeNull();
    arrive(message(3, 'juno'), false);
    expect(line.current).toBeNull();
    arrive(message(4), false);
    arrive(message(5), false);
    expect(line.current).toEqual({ key: 'm4', text: '2 new since 13:03' });
    arrive(message(6), true);
    expect(line.current?.text).toBe('2 new since 13:03');
    line.clear();
    expect(line.current).toBeNull();
  });
});
