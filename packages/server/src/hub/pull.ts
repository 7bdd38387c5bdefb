/** Pulling: reads subscriptions up from the store, a page at a time, no faster than their readers take it. */
import { encodeEvent, type RoomEvent } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { Connection } from './connection.ts';
import { queuedBytes } from './connection.ts';
import { type HubRoom, isFencedBy } from './room.ts';
import type { Subscription } from './subscription.ts';

/** Up to `limit` events of a room above `after`, in seq order; fewer only at its head. */
export type ReadEvents = (roomId: number, after: number, limit: number) => Promise<RoomEvent[]>;

export type PullOptions = {
  readEvents: ReadEvents;
  clock: Clock;
  onProblem: (error: unknown) => void;
  sendLines: (connection: Connection, lines: readonly string[]) => void;
  /** Ends the pulling if the room's head is reached; false when there is more to read. */
  goLive: (subscription: Subscription) => boolean;
  /** Ends a subscription whose person was shut out by the last event sent. */
  fence: (subscription: Subscription) => void;
};

export type Pull = {
  /** Goes on with what a connection pulls; does nothing while that is under way. */
  wake(connection: Connection): void;
  /** A page of a room as the store has it now, tried until it answers or nobody follows the room any more. */
  readNow(room: HubRoom, after: number): Promise<RoomEvent[]>;
};

const PAGE_EVENTS = 500;
/** A reader with more than this unsent is not read for until it has drained. */
const QUEUED_MAX_BYTES = 512 * 1024;
const RETRY_PAUSE_MS = 250;

export function createPull({ readEvents, clock, onProblem, sendLines, goLive, fence }: PullOptions): Pull {
  /** Those who need the same page share one read. */
  function read(room: HubRoom, after: number): Promise<RoomEvent[]> {
    const known = room.reads.get(after);
    if (known) return known;
    const page = readNow(room, after).finally(() => room.reads.delete(after));
    room.reads.set(after, page);
    return page;
  }

  async function readNow(room: HubRoom, after: number): Promise<RoomEvent[]> {
    while (room.subscriptions.size > 0) {
      try {
        return await readEvents(room.id, after, PAGE_EVENTS);
      } catch (error) {
        onProblem(error);
        await new Promise<void>((resolve) => clock.after(RETRY_PAUSE_MS, resolve));
      }
    }
    return [];
  }

  /** One room after the other, so that a connection never holds more than one page. */
  async function run(connection: Connection): Promise<void> {
    connection.isPulling = true;
    try {
      for (let next = nextPulling(connection); next; next = nextPulling(connection)) await pullUp(next);
    } finally {
      // At once, not a promise later: a drain in between would find nobody to wake.
      connection.isPulling = false;
    }
  }

  /** Ends when the subscription is live or over, or its reader has enough for now. */
  async function pullUp(subscription: Subscription): Promise<void> {
    while (subscription.isOpen && subscription.mode === 'pulling' && hasRoom(subscription.connection)) {
      subscription.page ??= await read(subscription.room, subscription.position);
      if (!subscription.isOpen) return;
      const { page } = subscription;
      if (deliverSome(subscription, page) === 'fenced') return fence(subscription);
      if (subscription.position < (page.at(-1)?.seq ?? 0)) continue;
      subscription.page = null;
      if (page.length < PAGE_EVENTS && goLive(subscription)) return;
    }
  }

  /** Hands as much of a page to the link as it has room for, up to an event that shuts the person out [A3]. */
  function deliverSome(subscription: Subscription, page: readonly RoomEvent[]): 'fenced' | 'delivered' {
    for (const event of page) {
      if (event.seq <= subscription.position) continue;
      if (!hasRoom(subscription.connection)) break;
      sendLines(subscription.connection, [encodeEvent(event)]);
      subscription.position = event.seq;
      if (isFencedBy(subscription, event)) return 'fenced';
    }
    return 'delivered';
  }

  return {
    readNow,
    wake(connection) {
      if (!connection.isPulling) void run(connection);
    },
  };
}

function nextPulling(connection: Connection): Subscription | null {
  if (!connection.isOpen || !hasRoom(connection)) return null;
  for (const subscription of connection.subscriptions.values()) {
    if (subscription.mode === 'pulling') return subscription;
  }
  return null;
}

function hasRoom(connection: Connection): boolean {
  return queuedBytes(connection) <= QUEUED_MAX_BYTES;
}
