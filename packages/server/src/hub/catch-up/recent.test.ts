import { describe, expect, test } from 'vitest';
import { message } from '../../../test/harness/hub.ts';
import { toEncodedEvent } from '../encoded-event.ts';
import { Recent } from './recent.ts';
import { BLOCK_EVENTS, pageStart } from './recent-blocks.ts';

const LARGE_BOUNDS = { roomBytes: 1_000_000, nodeBytes: 1_000_000 };

function eventsFrom(roomId: number, first: number, last: number, chars = 10) {
  return Array.from({ length: last - first + 1 }, (_, i) =>
    toEncodedEvent(message(roomId, first + i, 'x'.repeat(chars))),
  );
}

/** Returns the seqs above `after` that are found. */
function found(recent: Recent, roomId: number, after: number): number[] | null {
  const events = recent.find(roomId, after)?.flatMap((run) => run.events);
  return events?.map(({ seq }) => seq).filter((seq) => seq > after) ?? null;
}

describe('recent events', () => {
  test('are found from any seq of their block, also after the block grew', () => {
    const recent = new Recent(LARGE_BOUNDS);
    for (const event of eventsFrom(1, 1, 3)) recent.add(1, event);
    expect(found(recent, 1, 0)).toEqual([1, 2, 3]);
    for (const event of eventsFrom(1, 4, 5)) recent.add(1, event);
    expect(found(recent, 1, 3)).toEqual([4, 5]);
    expect(found(recent, 1, 5)).toBeNull();
    expect(found(recent, 2, 0)).toBeNull();
  });

  test('that are added continue a page that was read from the store', () => {
    const recent = new Recent(LARGE_BOUNDS);
    recent.remember(1, eventsFrom(1, BLOCK_EVENTS + 1, BLOCK_EVENTS + 20));
    for (const event of eventsFrom(1, BLOCK_EVENTS + 21, BLOCK_EVENTS + 22)) recent.add(1, event);
    expect(found(recent, 1, BLOCK_EVENTS + 19)).toEqual([20, 21, 22].map((seq) => BLOCK_EVENTS + seq));
  });

  test('are not dropped for an older page of the same block', () => {
    const recent = new Recent(LARGE_BOUNDS);
    for (const event of eventsFrom(1, 1, 5)) recent.add(1, event);
    recent.remember(1, eventsFrom(1, 1, 3));
    expect(found(recent, 1, 3)).toEqual([4, 5]);
  });

  test('[R1] are never kept after a gap, nor after a hole in a page', () => {
    const recent = new Recent(LARGE_BOUNDS);
    recent.add(1, toEncodedEvent(message(1, 1)));
    recent.add(1, toEncodedEvent(message(1, 3)));
    expect(found(recent, 1, 0)).toEqual([1]);
    recent.remember(2, [...eventsFrom(2, 1, 2), ...eventsFrom(2, 4, 5)]);
    expect(found(recent, 2, 0)).toEqual([1, 2]);
    expect(found(recent, 2, 3)).toBeNull();
  });

  test('are dropped by blocks, the least recently used first, when a room or the node exceeds its bound', () => {
    // Seqs of four digits, so that all blocks have the same size.
    const block = (number: number) =>
      [1_000 + number * BLOCK_EVENTS, 1_000 + (number + 1) * BLOCK_EVENTS] as const;
    const remember = (recent: Recent, roomId: number, number: number) => {
      const [after, end] = block(number);
      recent.remember(roomId, eventsFrom(roomId, after + 1, end));
    };
    const has = (roomId: number, number: number) => found(recent, roomId, block(number)[0]) !== null;
    const alone = new Recent(LARGE_BOUNDS);
    remember(alone, 1, 1);
    const blockBytes = alone.bytes;
    const recent = new Recent({ roomBytes: 2 * blockBytes, nodeBytes: 3 * blockBytes });
    remember(recent, 1, 1);
    remember(recent, 1, 2);
    expect(has(1, 1)).toBe(true);
    remember(recent, 1, 3);
    expect([1, 2, 3].filter((number) => has(1, number))).toEqual([1, 3]);
    remember(recent, 2, 1);
    remember(recent, 2, 2);
    expect([1, 2, 3].filter((number) => has(1, number))).toEqual([3]);
    expect([1, 2].filter((number) => has(2, number))).toEqual([1, 2]);
    expect(recent.bytes).toBe(3 * blockBytes);
  });

  test('do not include an event that is larger than the bound', () => {
    const recent = new Recent({ roomBytes: 1_000, nodeBytes: 1_000 });
    for (const event of eventsFrom(1, 1, 1, 2_000)) recent.add(1, event);
    expect(found(recent, 1, 0)).toBeNull();
    expect(recent.bytes).toBe(0);
  });

  test('are forgotten for one room only', () => {
    const recent = new Recent(LARGE_BOUNDS);
    recent.remember(1, eventsFrom(1, 1, 2 * BLOCK_EVENTS));
    recent.remember(2, eventsFrom(2, 1, BLOCK_EVENTS));
    recent.forget(1);
    recent.forget(7);
    expect(found(recent, 1, 0)).toBeNull();
    expect(found(recent, 1, BLOCK_EVENTS)).toBeNull();
    expect(found(recent, 2, 0)).toHaveLength(BLOCK_EVENTS);
  });

  test('share the frame of their block until another event is added', () => {
    const recent = new Recent(LARGE_BOUNDS);
    const wire = (lines: string) => Buffer.from(lines);
    recent.remember(1, eventsFrom(1, 1, 50));
    const frame = () => recent.find(1, 10)?.map((run) => run.frameFor(wire)) ?? [];
    const [first] = frame();
    expect(frame()[0]).toBe(first);
    recent.add(1, toEncodedEvent(message(1, 51)));
    expect(frame()[0]).not.toBe(first);
    expect(frame()).toHaveLength(1);
  });

  test.each([
    [0, 0],
    [99, 0],
    [100, 100],
    [250, 200],
  ])('a read for the events above %i begins above %i', (after, start) => {
    expect(pageStart(after)).toBe(start);
  });
});
