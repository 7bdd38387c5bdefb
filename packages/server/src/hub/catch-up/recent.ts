/**
 * Recent events of rooms, so that many readers who return at once do not each read the store. The store stays the truth:
 * whatever is not here is read there, and any block may be dropped at any time. When a message's text must vanish, its
 * room's blocks are dropped, and the store answers with its present text.
 */
import type { EncodedEvent } from '../encoded-event.ts';
import { cutRuns, type FrameRun } from '../frame-run.ts';
import {
  type Block,
  blockNumberOf,
  firstSeqOf,
  lastSeqOf,
  sizeOf,
  splitIntoBlocks,
} from './recent-blocks.ts';

/** Bytes that are kept of one room, and of all rooms. */
export type RecentBounds = { roomBytes: number; nodeBytes: number };

/** A room's blocks by their number, the least recently used first. */
type RoomBlocks = { readonly blocks: Map<number, Block>; bytes: number };

/** Keeps recent events within bounds. Drops the least recently used blocks. */
export class Recent {
  readonly #bounds: RecentBounds;
  readonly #rooms = new Map<number, RoomBlocks>();
  /** All blocks, the least recently used first. */
  readonly #byUse = new Set<Block>();
  #bytes = 0;

  constructor(bounds: RecentBounds) {
    this.#bounds = bounds;
  }

  /** The bytes that are kept, as the bounds count them. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Returns the events above `after` up to the end of their block, and earlier ones of it; null if the first is not kept. */
  find(roomId: number, after: number): readonly FrameRun[] | null {
    const room = this.#rooms.get(roomId);
    const block = room?.blocks.get(blockNumberOf(after + 1));
    if (!room || !block || after >= lastSeqOf(block)) return null;
    this.#markUsed(block, room);
    block.runs ??= cutRuns(block.events);
    return block.runs;
  }

  /** Keeps a committed event, if it is the next one of its block. */
  add(roomId: number, event: EncodedEvent): void {
    const number = blockNumberOf(event.seq);
    const room = this.#rooms.get(roomId);
    const block = room?.blocks.get(number);
    if (room && block && lastSeqOf(block) === event.seq - 1) {
      block.events.push(event);
      block.runs = null;
      this.#grow(block, room, sizeOf(event));
    } else if (!block && firstSeqOf(number) === event.seq) this.#addBlock(roomId, number, [event]);
  }

  /** Keeps a page of the store that begins with the first seq of a block. */
  remember(roomId: number, events: readonly EncodedEvent[]): void {
    for (const [number, part] of splitIntoBlocks(events)) this.#addBlock(roomId, number, part);
  }

  /** Drops a whole room: a message's text is in its own event, and in the events that quote it. */
  forget(roomId: number): void {
    for (const block of this.#rooms.get(roomId)?.blocks.values() ?? []) this.#drop(block);
  }

  /** Drops everything. */
  forgetAll(): void {
    for (const block of this.#byUse) this.#drop(block);
  }

  /** Adds a block, if it is new or has more events than the one that is kept. */
  #addBlock(roomId: number, number: number, events: EncodedEvent[]): void {
    const known = this.#rooms.get(roomId)?.blocks.get(number);
    if (known && known.events.length >= events.length) return;
    if (known) this.#drop(known);
    const room = this.#getOrCreate(roomId);
    const block: Block = { roomId, number, events, bytes: 0, runs: null };
    this.#markUsed(block, room);
    const bytes = events.reduce((sum, event) => sum + sizeOf(event), 0);
    this.#grow(block, room, bytes);
  }

  #getOrCreate(roomId: number): RoomBlocks {
    const known = this.#rooms.get(roomId);
    if (known) return known;
    const room = { blocks: new Map<number, Block>(), bytes: 0 };
    this.#rooms.set(roomId, room);
    return room;
  }

  #markUsed(block: Block, room: RoomBlocks): void {
    this.#byUse.delete(block);
    this.#byUse.add(block);
    room.blocks.delete(block.number);
    room.blocks.set(block.number, block);
  }

  /** Counts more bytes of a block, and drops blocks until the room and the node are within their bounds. */
  #grow(block: Block, room: RoomBlocks, bytes: number): void {
    block.bytes += bytes;
    room.bytes += bytes;
    this.#bytes += bytes;
    for (const oldest of room.blocks.values()) {
      if (room.bytes <= this.#bounds.roomBytes) break;
      this.#drop(oldest);
    }
    for (const oldest of this.#byUse) {
      if (this.#bytes <= this.#bounds.nodeBytes) break;
      this.#drop(oldest);
    }
  }

  #drop(block: Block): void {
    const room = this.#rooms.get(block.roomId);
    this.#byUse.delete(block);
    this.#bytes -= block.bytes;
    if (!room) return;
    room.bytes -= block.bytes;
    room.blocks.delete(block.number);
    if (room.blocks.size === 0) this.#rooms.delete(block.roomId);
  }
}
