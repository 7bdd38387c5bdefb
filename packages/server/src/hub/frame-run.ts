/** Frame runs: consecutive events that share one frame, built once for each kind of link. */
import type { EncodedEvent } from './encoded-event.ts';
import { FRAME_MAX_CHARS } from './limits.ts';
import type { Wire } from './link.ts';

/** Events in seq order that fit into one frame. */
export class FrameRun {
  readonly events: readonly EncodedEvent[];
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Those of the events that remove a user from the room [A3]. */
  readonly fences: readonly EncodedEvent[];
  readonly #frames = new Map<Wire, Buffer>();
  /** The kind of link that was asked for last, and its frame: mostly all links of a room are of one kind. */
  #lastWire: Wire | null = null;
  #lastFrame: Buffer | null = null;

  /** @param events in seq order, at least one. */
  constructor(events: readonly EncodedEvent[]) {
    this.events = events;
    this.firstSeq = events[0]?.seq ?? 0;
    this.lastSeq = events.at(-1)?.seq ?? 0;
    this.fences = events.filter((event) => event.fencedUserId !== null);
  }

  /** Returns the frame of all events for a kind of link. Its links share the buffer. */
  frameFor(wire: Wire): Buffer {
    if (wire === this.#lastWire && this.#lastFrame) return this.#lastFrame;
    const frame = this.#frames.get(wire) ?? wire(joinLines(this.events));
    this.#frames.set(wire, frame);
    this.#lastWire = wire;
    this.#lastFrame = frame;
    return frame;
  }

  /** Returns a frame of the events above `after` and up to `upTo`, for one reader. */
  framePart(after: number, upTo: number, wire: Wire): Buffer {
    return wire(joinLines(this.events.filter(({ seq }) => seq > after && seq <= upTo)));
  }
}

/** Consecutive events of a room. `isLast`: the page reached the room's head when it was read. */
export type Page = { readonly runs: readonly FrameRun[]; readonly isLast: boolean };

/** Cuts events into runs of at most FRAME_MAX_CHARS, unless a single event has more. */
export function cutRuns(events: readonly EncodedEvent[]): FrameRun[] {
  const runs: FrameRun[] = [];
  let begin = 0;
  let chars = 0;
  events.forEach(({ line }, i) => {
    if (i > begin && chars + line.length > FRAME_MAX_CHARS) {
      runs.push(new FrameRun(events.slice(begin, i)));
      begin = i;
      chars = 0;
    }
    chars += line.length;
  });
  if (begin < events.length) runs.push(new FrameRun(events.slice(begin)));
  return runs;
}

function joinLines(events: readonly EncodedEvent[]): string {
  return events.map(({ line }) => line).join('\n');
}
