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
  /** Goes on with a subscription that pulls; does nothing while a read of it is under way. */
  wake(subscription: Subscription): void;
  /** One page of a room, tried until the store answers; readers of the same page share one read. */
  read(room: HubRoom, after: number): Promise<RoomEvent[]>;
};

const PAGE_EVENTS = 500;
/** A reader with more than this unsent is not read for until it has drained. */
const QUEUED_MAX_BYTES = 512 * 1024;
/** Characters of replayed events in one frame: a page of long messages goes in several. */
const FRAME_CHARS = 256 * 1024;
const RETRY_PAUSE_MS = 250;

export function createPull({ readEvents, clock, onProblem, sendLines, goLive, fence }: PullOptions): Pull {
  function read({ id, reads }: HubRoom, after: number): Promise<RoomEvent[]> {
    const known = reads.get(after);
    if (known) return known;
    const page = readUntilAnswered(id, after).finally(() => reads.delete(after));
    reads.set(after, page);
    return page;
  }

  async function readUntilAnswered(roomId: number, after: number): Promise<RoomEvent[]> {
    for (;;) {
      try {
        return await readEvents(roomId, after, PAGE_EVENTS);
      } catch (error) {
        onProblem(error);
        await new Promise<void>((resolve) => clock.after(RETRY_PAUSE_MS, resolve));
      }
    }
  }

  async function run(subscription: Subscription): Promise<void> {
    subscription.isReading = true;
    try {
      while (wantsMore(subscription)) {
        const page = await read(subscription.room, subscription.position);
        if (!subscription.isOpen) return;
        const delivered = deliverPage(subscription, page);
        if (delivered === 'fenced') return fence(subscription);
        if (delivered === 'whole' && page.length < PAGE_EVENTS && goLive(subscription)) return;
      }
    } finally {
      // At once, not a promise later: a drain in between would find nobody to wake.
      subscription.isReading = false;
    }
  }

  /** Hands a page to the link, or as much of it as one frame should hold; up to an event that shuts the person out [A3]. */
  function deliverPage(subscription: Subscription, page: readonly RoomEvent[]): 'whole' | 'part' | 'fenced' {
    const fence = page.findIndex((event) => isFencedBy(subscription, event));
    const allowed = fence === -1 ? page : page.slice(0, fence + 1);
    const lines = cutToSize(allowed.map(encodeEvent));
    sendLines(subscription.connection, lines);
    subscription.position = allowed[lines.length - 1]?.seq ?? subscription.position;
    if (lines.length < allowed.length) return 'part';
    return fence === -1 ? 'whole' : 'fenced';
  }

  return {
    read,
    wake(subscription) {
      if (!subscription.isReading) void run(subscription);
    },
  };
}

/** The first of the lines that fit into one frame; one at least. */
function cutToSize(lines: string[]): string[] {
  let chars = 0;
  const tooMany = lines.findIndex((line, i) => {
    chars += line.length;
    return i > 0 && chars > FRAME_CHARS;
  });
  return tooMany === -1 ? lines : lines.slice(0, tooMany);
}

function wantsMore({ isOpen, mode, connection }: Subscription): boolean {
  return isOpen && mode === 'pulling' && queuedBytes(connection) <= QUEUED_MAX_BYTES;
}
