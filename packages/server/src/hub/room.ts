/** A room as the hub sees it: how far its events were accepted, and which of them wait for the next flush. */
import type { RoomEvent } from '@banter/protocol';
import { type EncodedEvent, toEncodedEvent } from './encoded-event.ts';
import { cutRuns, type FrameRun, type Page } from './frame-run.ts';
import { PAGE_EVENTS } from './limits.ts';

/** Reads and accepts a room's missing events. */
export type GapSource = {
  /** Returns the events above `after` as the store has them now; none once nobody follows the room. */
  read(room: Room, after: number): Promise<RoomEvent[]>;
  /** Accepts an event, whatever room it belongs to. */
  accept(event: RoomEvent): void;
};

/** A room with at least one subscription. It ends with the last of them, and is not used again. */
export class Room {
  readonly id: number;
  /** Reads in progress, by their `after`: readers that need the same page share it. */
  readonly reads = new Map<number, Promise<Page | null>>();
  /** False once its last subscription has ended. */
  isFollowed = true;
  /** Whether the store may have events that nobody published, and has not been asked since. */
  mayMissEvents = false;
  #head: number | null = null;
  /** Accepted, but not yet delivered to the live subscriptions. */
  #pending: EncodedEvent[] = [];
  /** The highest seq seen, also above a gap. */
  #highestSeq = 0;
  #isFilling = false;
  #generation = 0;

  constructor(id: number) {
    this.id = id;
  }

  /** The seq up to which events were accepted in order; null until the first is known. */
  get head(): number | null {
    return this.#head;
  }

  /** Grows when a text must vanish from memory. Pages that were read in an earlier generation are not handed over. */
  get generation(): number {
    return this.#generation;
  }

  /** Sets the head, unless it is known. Returns it. */
  startAt(seq: number): number {
    this.#head ??= seq;
    return this.#head;
  }

  /** Accepts an event if it is the next one, and returns it encoded. Events up to the head are `old`, and dropped. */
  accept(event: RoomEvent): EncodedEvent | 'old' | 'gap' {
    this.#highestSeq = Math.max(this.#highestSeq, event.seq);
    // Without a head no subscription is live yet: those in pull mode read this event from the store.
    this.#head ??= event.seq - 1;
    if (event.seq <= this.#head) return 'old';
    if (event.seq > this.#head + 1) return 'gap';
    const encoded = toEncodedEvent(event);
    this.#head = event.seq;
    this.#pending.push(encoded);
    return encoded;
  }

  /** Returns the accepted events that wait for a flush, as frames, and empties their list. */
  nextBatch(): FrameRun[] {
    const runs = cutRuns(this.#pending);
    this.#pending = [];
    return runs;
  }

  /**
   * Reads the events that are missing below the highest seq seen, and those that may be missing above it. A call during
   * another one does nothing. Stops when a read does not help, or when nobody follows the room.
   */
  async fillGap(source: GapSource): Promise<void> {
    if (this.#isFilling) return;
    this.#isFilling = true;
    while (this.#head !== null && this.#isBehind(this.#head) && this.isFollowed) {
      const from: number = this.#head;
      this.mayMissEvents = false;
      // Its own read: a page that others wait for may be older than the event that showed the gap.
      const events = await source.read(this, from);
      for (const event of events) source.accept(event);
      this.mayMissEvents ||= events.length === PAGE_EVENTS;
      // The store has the same gap: another read at once would not help.
      if (this.#head === from && !this.mayMissEvents) break;
    }
    this.#isFilling = false;
  }

  /** Makes sure that no page which was read so far is handed over. */
  dropReads(): void {
    this.#generation++;
    this.reads.clear();
  }

  #isBehind(head: number): boolean {
    return head < this.#highestSeq || this.mayMissEvents;
  }
}
