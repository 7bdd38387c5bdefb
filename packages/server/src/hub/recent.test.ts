import { describe, expect, test } from 'vitest';
import { message } from '../../test/harness/hub.ts';
import { toEncodedEvent } from './encoded-event.ts';
import { Recent } from './recent.ts';
import { BLOCK_EVENTS, pageStart } from './recent-blocks.ts';

const ROOMY = { roomBytes: 1_000_000, nodeBytes: 1_000_000 };

function entries(roomId: number, first: number, last: number, chars = 10) {
  return Array.from({ length: last - first + 1 }, (_, i) =>
    toEncodedEvent(message(roomId, first + i, 'x'.repeat(chars))),
  );
}

/** The seqs above `after` that are found. */
function found(recent: Recent, roomId: number, after: number): number[] | null {
  const entries = recent.find(roomId, after)?.flatMap((run) => run.events);
  return entries?.map(({ seq }) => seq).filter((seq) => seq > after) ?? null;
}

describe('recent events', () => {
  test('are found from any seq of their block on, those that were added since too', () => {
    const recent = new Recent(ROOMY);
    for (const entry of entries(1, 1, 3)) recent.add(1, entry);
    expect(found(recent, 1, 0)).toEqual([1, 2, 3]);
    for (const entry of entries(1, 4, 5)) recent.add(1, entry);
    expect(found(recent, 1, 3)).toEqual([4, 5]);
    expect(found(recent, 1, 5)).toBeNull();
    expect(found(recent, 2, 0)).toBeNull();
  });

  test('of a page of the store are gone on with by those that are added', () => {
    const recent = new Recent(ROOMY);
    recent.remember(1, entries(1, BLOCK_EVENTS + 1, BLOCK_EVENTS + 20));
    for (const entry of entries(1, BLOCK_EVENTS + 21, BLOCK_EVENTS + 22)) recent.add(1, entry);
    expect(found(recent, 1, BLOCK_EVENTS + 19)).toEqual([20, 21, 22].map((seq) => BLOCK_EVENTS + seq));
  });

  test('a page that was read before others were added takes nothing back', () => {
    const recent = new Recent(ROOMY);
    for (const entry of entries(1, 1, 5)) recent.add(1, entry);
    recent.remember(1, entries(1, 1, 3));
    expect(found(recent, 1, 3)).toEqual([4, 5]);
  });

  test('[R1] are never kept with a hole: neither behind a gap, nor behind a hole in a page', () => {
    const recent = new Recent(ROOMY);
    recent.add(1, toEncodedEvent(message(1, 1)));
    recent.add(1, toEncodedEvent(message(1, 3)));
    expect(found(recent, 1, 0)).toEqual([1]);
    recent.remember(2, [...entries(2, 1, 2), ...entries(2, 4, 5)]);
    expect(found(recent, 2, 0)).toEqual([1, 2]);
    expect(found(recent, 2, 3)).toBeNull();
  });

  test('are dropped by blocks, those longest unused first, when a room or the node has too much', () => {
    // Four digits each, so that all blocks have the same size.
    const block = (number: number) =>
      [1_000 + number * BLOCK_EVENTS, 1_000 + (number + 1) * BLOCK_EVENTS] as const;
    const put = (recent: Recent, roomId: number, number: number) => {
      const [after, end] = block(number);
      recent.remember(roomId, entries(roomId, after + 1, end));
    };
    const has = (roomId: number, number: number) => found(recent, roomId, block(number)[0]) !== null;
    const alone = new Recent(ROOMY);
    put(alone, 1, 1);
    const blockBytes = alone.bytes;
    const recent = new Recent({ roomBytes: 2 * blockBytes, nodeBytes: 3 * blockBytes });
    put(recent, 1, 1);
    put(recent, 1, 2);
    expect(has(1, 1)).toBe(true);
    put(recent, 1, 3);
    expect([1, 2, 3].filter((number) => has(1, number))).toEqual([1, 3]);
    put(recent, 2, 1);
    put(recent, 2, 2);
    expect([1, 2, 3].filter((number) => has(1, number))).toEqual([3]);
    expect([1, 2].filter((number) => has(2, number))).toEqual([1, 2]);
    expect(recent.bytes).toBe(3 * blockBytes);
  });

  test('an event that is larger than the bound is not kept, and counts nothing', () => {
    const recent = new Recent({ roomBytes: 1_000, nodeBytes: 1_000 });
    for (const entry of entries(1, 1, 1, 2_000)) recent.add(1, entry);
    expect(found(recent, 1, 0)).toBeNull();
    expect(recent.bytes).toBe(0);
  });

  test('are forgotten with their room alone', () => {
    const recent = new Recent(ROOMY);
    recent.remember(1, entries(1, 1, 2 * BLOCK_EVENTS));
    recent.remember(2, entries(2, 1, BLOCK_EVENTS));
    recent.forget(1);
    recent.forget(7);
    expect(found(recent, 1, 0)).toBeNull();
    expect(found(recent, 1, BLOCK_EVENTS)).toBeNull();
    expect(found(recent, 2, 0)).toHaveLength(BLOCK_EVENTS);
  });

  test('make one frame of a block, and give the same to all until an event comes', () => {
    const recent = new Recent(ROOMY);
    const wire = (lines: string) => Buffer.from(lines);
    recent.remember(1, entries(1, 1, 50));
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
  ])('a read for what is above %i begins above %i', (after, start) => {
    expect(pageStart(after)).toBe(start);
  });
});
