/**
 * Recent events of rooms, so that many who come back at once do not each read the store. Kept in blocks of BLOCK_EVENTS
 * seqs that begin at multiples of it, each without a hole from its begin on. The store stays the truth: whatever is not
 * here is read from there, and a block may be dropped at any time. When the text of a message is to vanish, `forget`
 * drops what holds it, here and in every page that is being handed over: the store then answers with what it has now.
 */
import { cutRuns, type EncodedEvent, type Run } from './frame-run.ts';

export type Recent = {
  /** The events above `after` to the end of their block, and some before them; null when the first is not here. */
  find(roomId: number, after: number): readonly Run[] | null;
  /** Keeps a committed event if it is the next one of its block. */
  add(roomId: number, entry: EncodedEvent): void;
  /** Keeps a page of the store that begins behind a multiple of BLOCK_EVENTS. */
  remember(roomId: number, entries: readonly EncodedEvent[]): void;
  /** Drops what is kept of a room: a message's text stands in its own event, and in those that quote it. */
  forget(roomId: number): void;
  /** Drops all that is kept. */
  forgetAll(): void;
  /** What is kept, as it is counted against the bounds. */
  readonly bytes: number;
};

/** Bytes that are kept of one room, and of all. */
export type RecentBounds = { roomBytes: number; nodeBytes: number };

/** Who comes back with seqs of the same hundred reads the same page. */
export const BLOCK_EVENTS = 100;
/** What an entry takes beside its text. */
const ENTRY_BYTES = 100;

type Block = {
  readonly roomId: number;
  readonly number: number;
  entries: EncodedEvent[];
  bytes: number;
  /** Made when somebody asks; an event more makes it anew. */
  runs: readonly Run[] | null;
};

/** The blocks of a room by their number, those longest unused first. */
type RoomBlocks = { readonly blocks: Map<number, Block>; bytes: number };

export function createRecent({ roomBytes, nodeBytes }: RecentBounds): Recent {
  const rooms = new Map<number, RoomBlocks>();
  /** All blocks, those longest unused first. */
  const byUse = new Set<Block>();
  let bytes = 0;

  function use(block: Block, room: RoomBlocks): void {
    byUse.delete(block);
    byUse.add(block);
    room.blocks.delete(block.number);
    room.blocks.set(block.number, block);
  }

  function drop(block: Block): void {
    const room = rooms.get(block.roomId);
    byUse.delete(block);
    bytes -= block.bytes;
    if (!room) return;
    room.bytes -= block.bytes;
    room.blocks.delete(block.number);
    if (room.blocks.size === 0) rooms.delete(block.roomId);
  }

  function grow(block: Block, room: RoomBlocks, more: number): void {
    block.bytes += more;
    room.bytes += more;
    bytes += more;
    dropUntil(() => room.bytes <= roomBytes, room.blocks.values());
    dropUntil(() => bytes <= nodeBytes, byUse);
  }

  function dropUntil(isEnough: () => boolean, longestUnusedFirst: Iterable<Block>): void {
    for (const block of longestUnusedFirst) {
      if (isEnough()) return;
      drop(block);
    }
  }

  function roomOf(roomId: number): RoomBlocks {
    const known = rooms.get(roomId);
    if (known) return known;
    const room = { blocks: new Map<number, Block>(), bytes: 0 };
    rooms.set(roomId, room);
    return room;
  }

  /** Keeps a block's entries where the block is new, or has fewer of them. */
  function put(roomId: number, number: number, entries: EncodedEvent[]): void {
    const known = rooms.get(roomId)?.blocks.get(number);
    if (known && known.entries.length >= entries.length) return;
    if (known) drop(known);
    const room = roomOf(roomId);
    const block: Block = { roomId, number, entries, bytes: 0, runs: null };
    use(block, room);
    grow(
      block,
      room,
      entries.reduce((sum, entry) => sum + sizeOf(entry), 0),
    );
  }

  return {
    find(roomId, after) {
      const room = rooms.get(roomId);
      const block = room?.blocks.get(blockOf(after + 1));
      if (!room || !block || after >= endOf(block)) return null;
      use(block, room);
      block.runs ??= cutRuns(block.entries);
      return block.runs;
    },
    add(roomId, entry) {
      const number = blockOf(entry.seq);
      const room = rooms.get(roomId);
      const block = room?.blocks.get(number);
      if (room && block && endOf(block) === entry.seq - 1) {
        block.entries.push(entry);
        block.runs = null;
        grow(block, room, sizeOf(entry));
      } else if (!block && beginOf(number) === entry.seq) put(roomId, number, [entry]);
    },
    remember(roomId, entries) {
      for (const [number, part] of partsOf(entries)) put(roomId, number, part);
    },
    forget(roomId) {
      for (const block of rooms.get(roomId)?.blocks.values() ?? []) drop(block);
    },
    forgetAll() {
      for (const block of byUse) drop(block);
    },
    get bytes() {
      return bytes;
    },
  };
}

/** Where a read begins so that those who ask for nearly the same share it. */
export function pageStart(after: number): number {
  return beginOf(blockOf(after + 1)) - 1;
}

function blockOf(seq: number): number {
  return Math.floor((seq - 1) / BLOCK_EVENTS);
}

/** The first seq of a block. */
function beginOf(number: number): number {
  return number * BLOCK_EVENTS + 1;
}

/** The last seq that a block has so far. */
function endOf({ number, entries }: Block): number {
  return beginOf(number) + entries.length - 1;
}

/** The line stands twice: as text, and in the frame that is made of it. */
function sizeOf({ line }: EncodedEvent): number {
  return 2 * line.length + ENTRY_BYTES;
}

/** A page by blocks, up to the first hole. */
function partsOf(entries: readonly EncodedEvent[]): Map<number, EncodedEvent[]> {
  const parts = new Map<number, EncodedEvent[]>();
  for (const entry of entries) {
    const number = blockOf(entry.seq);
    const part = parts.get(number) ?? [];
    if (entry.seq !== beginOf(number) + part.length) break;
    parts.set(number, part);
    part.push(entry);
  }
  return parts;
}
