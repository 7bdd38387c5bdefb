/** One connection's interest in one room. */
import type { Connection } from './connection.ts';
import type { FrameRun, Page } from './frame-run.ts';
import type { HubRoom } from './room.ts';

/**
 * `live`: gets each flush of the room as it happens. `pulling`: is read up from the store, page by page, until it
 * meets the room's head: after a resume, and after its reader was too slow [B1].
 */
export type Subscription = {
  readonly connection: Connection;
  readonly room: HubRoom;
  /** The seq that made the membership: fences below it do not concern this person any more. */
  readonly joinedSeq: number;
  mode: 'live' | 'pulling';
  /** The seq of the last event that was handed to the connection: nothing up to it is delivered again [O2]. */
  position: number;
  /** While pulling: the page that is being handed over, as far as it was read. */
  page: Page | null;
  /** The room's head that its person was last told of. */
  toldHead: number | null;
  /** Whether its person is no member any more, though it has not been read up to the event that says so. */
  isShutOut: boolean;
  isOpen: boolean;
};

/** A subscription that has everything up to `position` and begins by pulling. */
export function createSubscription(
  connection: Connection,
  room: HubRoom,
  position: number,
  joinedSeq: number,
): Subscription {
  return {
    connection,
    room,
    joinedSeq,
    mode: 'pulling',
    position,
    page: null,
    toldHead: null,
    isShutOut: false,
    isOpen: true,
  };
}

/** The heads of the rooms that have changed since they were last taken, by room id; null for none. */
export function takeNewHeads(subscriptions: Iterable<Subscription>): Record<string, number> | null {
  let heads: Record<string, number> | null = null;
  for (const subscription of subscriptions) {
    const { id, head } = subscription.room;
    if (head === null || head === subscription.toldHead) continue;
    subscription.toldHead = head;
    heads ??= {};
    heads[id] = head;
  }
  return heads;
}

/** What a subscription gets of a run: the frame that all share, or one of its own. */
export type Share = { frame: Buffer; lastSeq: number; isFenced: boolean };

/** What a run has above the subscription's position, up to an event that shuts its person out [A3]; null for nothing. */
export function shareOf({ connection, joinedSeq, position }: Subscription, run: FrameRun): Share | null {
  if (position >= run.lastSeq) return null;
  const { userId, link } = connection;
  const fence = run.fences.find(
    ({ seq, fencedUserId }) => fencedUserId === userId && seq > joinedSeq && seq > position,
  );
  const lastSeq = fence?.seq ?? run.lastSeq;
  const isWhole = lastSeq === run.lastSeq && position < run.firstSeq;
  const frame = isWhole ? run.frameFor(link.wire) : run.framePart(position, lastSeq, link.wire);
  return { frame, lastSeq, isFenced: fence !== undefined };
}
