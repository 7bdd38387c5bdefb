/** Blocks of recent events: the BLOCK_EVENTS seqs of a room that follow a multiple of BLOCK_EVENTS. */
import type { EncodedEvent } from '../encoded-event.ts';
import type { FrameRun } from '../frame-run.ts';

/** Events in one block. Readers that return with seqs of one block share its page. */
export const BLOCK_EVENTS = 100;
/** Bytes that an event counts for in addition to its line. */
const EVENT_BYTES = 100;

/** A block, without holes from its first seq on. */
export type Block = {
  readonly roomId: number;
  readonly number: number;
  events: EncodedEvent[];
  bytes: number;
  /** Built on the first request, and again after the block grew. */
  runs: readonly FrameRun[] | null;
};

/** Returns the seq after which a read begins, so that readers of nearly the same events share it. */
export function pageStart(after: number): number {
  return firstSeqOf(blockNumberOf(after + 1)) - 1;
}

/** Returns the number of the block that a seq belongs to. */
export function blockNumberOf(seq: number): number {
  return Math.floor((seq - 1) / BLOCK_EVENTS);
}

/** Returns the first seq of a block. */
export function firstSeqOf(blockNumber: number): number {
  return blockNumber * BLOCK_EVENTS + 1;
}

/** Returns the last seq that a block has so far. */
export function lastSeqOf({ number, events }: Block): number {
  return firstSeqOf(number) + events.length - 1;
}

/** Returns the bytes that an event counts for. Its line is kept twice: as text, and in a frame. */
export function sizeOf({ line }: EncodedEvent): number {
  return 2 * line.length + EVENT_BYTES;
}

/** Splits a page that begins with the first seq of a block. Events from the first hole on are left out. */
export function splitIntoBlocks(events: readonly EncodedEvent[]): Map<number, EncodedEvent[]> {
  const parts = new Map<number, EncodedEvent[]>();
  for (const event of events) {
    const number = blockNumberOf(event.seq);
    const part = parts.get(number) ?? [];
    if (event.seq !== firstSeqOf(number) + part.length) break;
    parts.set(number, part);
    part.push(event);
  }
  return parts;
}
