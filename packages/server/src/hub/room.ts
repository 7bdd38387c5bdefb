/** A room as the hub sees it: who listens, what was delivered, what waits for the flush. */
import { encodeEvent, fencedUserId, type RoomEvent } from '@banter/protocol';
import type { Wire } from './connection.ts';
import type { Subscription } from './subscription.ts';

export type HubRoom = {
  readonly id: number;
  readonly subscriptions: Set<Subscription>;
  /** The seq up to which events were taken in order; null until the first is known. */
  head: number | null;
  /** Taken, but not yet handed to the live subscriptions. */
  pending: RoomEvent[];
  /** The highest seq seen, also above a gap. */
  wanted: number;
  isFilling: boolean;
  /** Reads under way by their `after`: those who need the same page share it. They end with the room's last subscription. */
  readonly reads: Map<number, Promise<RoomEvent[]>>;
};

/** The events of one frame, by their seqs. */
export type Run = { firstSeq: number; lastSeq: number };

export function createRoom(id: number): HubRoom {
  return {
    id,
    subscriptions: new Set(),
    head: null,
    pending: [],
    wanted: 0,
    isFilling: false,
    reads: new Map(),
  };
}

/** Takes an event if it is the next; says whether a gap lies before it. Older ones are dropped: they were taken. */
export function takeEvent(room: HubRoom, event: RoomEvent): 'taken' | 'old' | 'gap' {
  room.wanted = Math.max(room.wanted, event.seq);
  // Without a head nobody is live yet: those who pull read this event from the store.
  if (room.head === null) room.head = event.seq - 1;
  if (event.seq <= room.head) return 'old';
  if (event.seq > room.head + 1) return 'gap';
  room.head = event.seq;
  room.pending.push(event);
  return 'taken';
}

/**
 * Hands what is pending to the live subscriptions, encoded and framed once per kind of link. A person whom an event
 * shuts out gets it as the last one [A3]: `onFence` ends that subscription before the next run goes out.
 */
export function flushRoom(
  room: HubRoom,
  deliver: (subscription: Subscription, frame: Buffer, run: Run) => void,
  onFence: (subscription: Subscription) => void,
): void {
  while (room.pending.length > 0) {
    const run = cutRun(room.pending);
    const frameFor = framesOf(run);
    const [first] = run;
    const last = run.at(-1);
    if (!first || !last) return;
    const span = { firstSeq: first.seq, lastSeq: last.seq };
    for (const subscription of room.subscriptions) {
      if (subscription.mode === 'live')
        deliver(subscription, frameFor(subscription.connection.link.wire), span);
    }
    endFenced(room, last, onFence);
  }
}

/** Whether an event shuts this subscription's person out of the room. */
export function isFencedBy(subscription: Subscription, event: RoomEvent): boolean {
  return fencedUserId(event) === subscription.connection.userId && event.seq > subscription.joinedSeq;
}

/** Cuts the events up to and with the first fence from the front of `pending`. */
function cutRun(pending: RoomEvent[]): RoomEvent[] {
  const fence = pending.findIndex((event) => fencedUserId(event) !== null);
  return pending.splice(0, fence === -1 ? pending.length : fence + 1);
}

function framesOf(run: RoomEvent[]): (wire: Wire) => Buffer {
  const lines = run.map(encodeEvent).join('\n');
  const frames = new Map<Wire, Buffer>();
  return (wire) => {
    const known = frames.get(wire);
    if (known) return known;
    const frame = wire(lines);
    frames.set(wire, frame);
    return frame;
  };
}

function endFenced(room: HubRoom, event: RoomEvent, onFence: (subscription: Subscription) => void): void {
  if (fencedUserId(event) === null) return;
  for (const subscription of room.subscriptions) {
    if (subscription.mode === 'live' && isFencedBy(subscription, event)) onFence(subscription);
  }
}
