/** Pulling: reads subscriptions up from the store, a page at a time, no faster than their readers take it. */
import type { RoomEvent } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { Connection } from './connection.ts';
import { toEncodedEvent } from './encoded-event.ts';
import { cutRuns, type Page } from './frame-run.ts';
import { PAGE_EVENTS } from './limits.ts';
import type { Recent } from './recent.ts';
import { pageStart } from './recent-blocks.ts';
import type { HubRoom } from './room.ts';
import type { Slices } from './slices.ts';
import { type Subscription, shareOf } from './subscription.ts';

/** Up to `limit` events of a room above `after`, in seq order; fewer only at its head. */
export type ReadEvents = (roomId: number, after: number, limit: number) => Promise<RoomEvent[]>;

export type PullOptions = {
  readEvents: ReadEvents;
  recent: Recent;
  slices: Slices;
  clock: Clock;
  onProblem: (error: unknown) => void;
  /** Whether a reader has so little unsent that it is read for. */
  hasRoom: (connection: Connection) => boolean;
  sendFrame: (connection: Connection, frame: Buffer) => void;
  /** Ends the pulling if the room's head is reached; false when there is more to read. */
  goLive: (subscription: Subscription) => boolean;
  /** Ends a subscription whose person was shut out by the last event sent. */
  fence: (subscription: Subscription) => void;
};

export type Pull = {
  /** Goes on with what a connection pulls; does nothing while that is under way. */
  wake(connection: Connection): void;
  /**
   * A page of a room as the store has it now, tried until it answers. Nothing, once nobody follows the room any more: it is
   * not told then of what must be forgotten, and the page may hold it.
   */
  readNow(room: HubRoom, after: number): Promise<RoomEvent[]>;
};

const RETRY_PAUSE_MS = 250;
/** So many pages are read anew because their room changed meanwhile; the next one is good as it was read: its change follows. */
const OUTDATED_MAX = 3;

export function createPull(options: PullOptions): Pull {
  const { readEvents, recent, slices, clock, onProblem, hasRoom, sendFrame, goLive, fence } = options;

  /** Those who need the same page, or nearly the same, share one read; those who come later find it in `recent`. */
  function read(room: HubRoom, position: number): Promise<Page> {
    const after = pageStart(position);
    const known = room.reads.get(after);
    if (known) return known;
    const page = readPage(room, after).finally(() => {
      if (room.reads.get(after) === page) room.reads.delete(after);
    });
    room.reads.set(after, page);
    return page;
  }

  async function readPage(room: HubRoom, after: number): Promise<Page> {
    const { era } = room;
    const entries = (await readNow(room, after)).map(toEncodedEvent);
    if (room.era === era) recent.remember(room.id, entries);
    return { runs: cutRuns(entries), isLast: entries.length < PAGE_EVENTS };
  }

  async function readNow(room: HubRoom, after: number): Promise<RoomEvent[]> {
    while (room.subscriptions.size > 0) {
      try {
        const events = await readEvents(room.id, after, PAGE_EVENTS);
        if (room.subscriptions.size > 0) return events;
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

  function nextPulling(connection: Connection): Subscription | null {
    if (!connection.isOpen || !hasRoom(connection)) return null;
    for (const subscription of connection.subscriptions.values()) {
      if (subscription.mode === 'pulling') return subscription;
    }
    return null;
  }

  /** Ends when the subscription is live or over, or its reader has enough for now. */
  async function pullUp(subscription: Subscription): Promise<void> {
    const { room, connection } = subscription;
    let outdated = 0;
    while (subscription.isOpen && subscription.mode === 'pulling' && hasRoom(connection)) {
      if (slices.isOver()) {
        await slices.next();
        continue;
      }
      subscription.page ??= recentPage(subscription);
      if (!subscription.page) {
        const { era } = room;
        const page = await read(room, subscription.position);
        if (room.era === era || ++outdated > OUTDATED_MAX) subscription.page = page;
        continue;
      }
      const { isLast } = subscription.page;
      if (!handOver(subscription, subscription.page)) continue;
      subscription.page = null;
      if (subscription.isOpen && (isLast || room.head !== null) && goLive(subscription)) return;
    }
  }

  function recentPage({ room, position }: Subscription): Page | null {
    const runs = recent.find(room.id, position);
    return runs && { runs, isLast: false };
  }

  /** Hands as much of a page to the connection as it has room for; says whether that was all there is to hand over. */
  function handOver(subscription: Subscription, { runs }: Page): boolean {
    for (const run of runs) {
      const share = shareOf(subscription, run);
      if (!share) continue;
      if (!hasRoom(subscription.connection)) return false;
      sendFrame(subscription.connection, share.frame);
      subscription.position = share.lastSeq;
      if (share.isFenced) {
        fence(subscription);
        return true;
      }
    }
    return true;
  }

  return {
    readNow,
    wake(connection) {
      if (!connection.isPulling) void run(connection);
    },
  };
}
