/** Runs: events one behind the other as they go out, encoded once and framed once for all who get them. */
import { encodeEvent, fencedUserId, type RoomEvent } from '@banter/protocol';
import { FRAME_MAX_CHARS } from './limits.ts';

import type { Wire } from './link.ts';

/** An event as the hub keeps it: its line, and what delivery has to know of it. */
export type EncodedEvent = {
  readonly seq: number;
  readonly line: string;
  /** Whom it shuts out of the room [A3]. */
  readonly fencedUserId: number | null;
};

/** Entries in seq order that one frame holds. */
export type Run = {
  readonly entries: readonly EncodedEvent[];
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Those that shut somebody out. */
  readonly fences: readonly EncodedEvent[];
  /** The frame of all entries for a kind of link: made when it is first asked for, then shared. */
  frameFor(wire: Wire): Buffer;
};

export function toEncodedEvent(event: RoomEvent): EncodedEvent {
  return { seq: event.seq, line: encodeEvent(event), fencedUserId: fencedUserId(event) };
}

/** Cuts entries into runs whose frames stay within FRAME_MAX_CHARS, unless a single entry has more. */
export function cutRuns(entries: readonly EncodedEvent[]): Run[] {
  const runs: Run[] = [];
  let begin = 0;
  let chars = 0;
  entries.forEach(({ line }, i) => {
    if (i > begin && chars + line.length > FRAME_MAX_CHARS) {
      runs.push(createRun(entries.slice(begin, i)));
      begin = i;
      chars = 0;
    }
    chars += line.length;
  });
  if (begin < entries.length) runs.push(createRun(entries.slice(begin)));
  return runs;
}

/** The frame of a run's entries above one seq and up to another, for a reader that needs only these. */
export function framePart({ entries }: Run, after: number, upTo: number, wire: Wire): Buffer {
  return wire(join(entries.filter(({ seq }) => seq > after && seq <= upTo)));
}

function createRun(entries: readonly EncodedEvent[]): Run {
  const frames = new Map<Wire, Buffer>();
  return {
    entries,
    firstSeq: entries[0]?.seq ?? 0,
    lastSeq: entries.at(-1)?.seq ?? 0,
    fences: entries.filter((entry) => entry.fencedUserId !== null),
    frameFor(wire) {
      const known = frames.get(wire);
      if (known) return known;
      const frame = wire(join(entries));
      frames.set(wire, frame);
      return frame;
    },
  };
}

function join(entries: readonly EncodedEvent[]): string {
  return entries.map(({ line }) => line).join('\n');
}
