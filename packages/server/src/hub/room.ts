/** A room as the hub sees it: who listens, what was delivered, what waits for the flush. */
import type { RoomEvent } from '@banter/protocol';
import { type EncodedEvent, toEncodedEvent } from './encoded-event.ts';
import { cutRuns, type FrameRun, type Page } from './frame-run.ts';
import { PAGE_EVENTS } from './limits.ts';
import type { Subscription } from './subscription.ts';

export type HubRoom = {
  readonly id: number;
  readonly subscriptions: Set<Subscription>;
  /** The seq up to which events were taken in order; null until the first is known. */
  head: number | null;
  /** Taken, but not yet handed to the live subscriptions. */
  pending: EncodedEvent[];
  /** The highest seq seen, also above a gap. */
  wanted: number;
  /** Whether the store may have events that nobody published, and was not asked since. */
  isDoubted: boolean;
  isFilling: boolean;
  /** Reads under way by their `after`: those who need the same page share it. They end with the room's last subscription. */
  readonly reads: Map<number, Promise<Page>>;
  /** Changes when an event's text is to vanish: pages read before are not handed on. */
  era: number;
};

export function createRoom(id: number): HubRoom {
  return {
    id,
    subscriptions: new Set(),
    head: null,
    pending: [],
    wanted: 0,
    isDoubted: false,
    isFilling: false,
    reads: new Map(),
    era: 0,
  };
}

/** Takes an event if it is the next one, and gives it as it goes out. Older ones are dropped: they were taken. */
export function takeEvent(room: HubRoom, event: RoomEvent): EncodedEvent | 'old' | 'gap' {
  room.wanted = Math.max(room.wanted, event.seq);
  // Without a head nobody is live yet: those who pull read this event from the store.
  if (room.head === null) room.head = event.seq - 1;
  if (event.seq <= room.head) return 'old';
  if (event.seq > room.head + 1) return 'gap';
  const entry = toEncodedEvent(event);
  room.head = event.seq;
  room.pending.push(entry);
  return entry;
}

/**
 * Reads what is missing below the highest seq seen, or may be above it, from the store: once, whoever saw the gap, and on
 * while it helps. Ends with the room's last subscription.
 */
export async function fillGap(
  room: HubRoom,
  readNow: (room: HubRoom, after: number) => Promise<RoomEvent[]>,
  take: (event: RoomEvent) => void,
): Promise<void> {
  if (room.isFilling) return;
  room.isFilling = true;
  while (room.head !== null && (room.head < room.wanted || room.isDoubted) && room.subscriptions.size > 0) {
    const from: number = room.head;
    room.isDoubted = false;
    // Read for this: a page that others wait for may be older than the event that showed the gap.
    const events = await readNow(room, from);
    for (const event of events) take(event);
    room.isDoubted ||= events.length === PAGE_EVENTS;
    // What the store does not have either, asking again at once does not bring, unless there is more by now.
    if (room.head === from && !room.isDoubted) break;
  }
  room.isFilling = false;
}

/** Hands what is pending to the live subscriptions, encoded and framed once per kind of link. */
export function flushRoom(room: HubRoom, deliver: (subscription: Subscription, run: FrameRun) => void): void {
  const runs = cutRuns(room.pending);
  room.pending = [];
  for (const run of runs) {
    for (const subscription of room.subscriptions) {
      if (subscription.mode === 'live') deliver(subscription, run);
    }
  }
}
