/** A signed-in link, and its subscriptions. The two types refer to each other; `followed-rooms.ts` joins them. */
import type { Spender } from '../fair-queue/limits.ts';
import type { Page } from './frame-run.ts';
import type { Link } from './link.ts';
import type { Room } from './room.ts';

/**
 * The person and session of a link. `onlyRoomId`: the only room that its token reaches; null for all. `spender` pays for the
 * pages that are read for the link.
 */
export type Identity = {
  userId: number;
  username: string;
  sessionId: number;
  onlyRoomId: number | null;
  spender?: Spender | undefined;
};

/** Anything for very many receivers waits in the `bulk` queue, so that nobody else waits for all of them. */
export type Queue = 'prompt' | 'bulk';

/** A signed-in link. Only the hub changes it. */
export type Connection = Identity & {
  readonly link: Link;
  /** By room id. */
  readonly subscriptions: Map<number, Subscription>;
  /** Answers and replayed events that follow the `frames`, to be framed together. */
  lines: string[];
  /** Characters of the lines. */
  lineChars: number;
  /** The first frame for the next flush, often shared with other subscribers; null for none. */
  frame: Buffer | null;
  /** The frames after the first; null for none, as mostly. */
  moreFrames: Buffer[] | null;
  /** Bytes of the frames: kept, because every delivery asks. */
  frameBytes: number;
  /** The queue in which it waits for a flush; null for none. */
  queue: Queue | null;
  /** This link's part of the node's sum of unsent bytes, as last measured. */
  countedBytes: number;
  /** Rooms that this person was removed from, to be reported to the link once the events are written [A3]; null for none. */
  fencedRooms: number[] | null;
  isOpen: boolean;
  /** Whether its subscriptions in pull mode are being read at the moment. */
  isPulling: boolean;
  /** The link's progress at the last check for stalls, and since when (monotonic) it has not changed; null with nothing queued. */
  stall: { progress: number; since: number } | null;
};

/**
 * A connection's interest in a room. `live`: gets each of the room's batches. `pulling`: is read from the store, page by
 * page, until it reaches the room's head: after a resume, and for a slow reader [B1].
 */
export type Subscription = {
  readonly connection: Connection;
  readonly room: Room;
  /** The seq that began the membership. Fences up to it concern an earlier one [A3]. */
  readonly joinedSeq: number;
  mode: 'live' | 'pulling';
  /** The seq of the last event that was queued for the connection. Nothing up to it is delivered again [O2]. */
  position: number;
  /** In pull mode: the page that is being handed over; null when the next one must be found. */
  page: Page | null;
  /** The room's head that was last reported to the client; null for none. */
  reportedHead: number | null;
  /** Whether the person was removed from the room, although the event for it has not been delivered yet. */
  isShutOut: boolean;
  isOpen: boolean;
};

/** Creates a connection without subscriptions. */
export function createConnection(link: Link, identity: Identity): Connection {
  const { userId, username, sessionId, onlyRoomId, spender } = identity;
  return {
    userId,
    username,
    sessionId,
    onlyRoomId,
    spender,
    link,
    subscriptions: new Map(),
    lines: [],
    lineChars: 0,
    frame: null,
    moreFrames: null,
    frameBytes: 0,
    queue: null,
    countedBytes: 0,
    fencedRooms: null,
    isOpen: true,
    isPulling: false,
    stall: null,
  };
}

/** The seq after which a subscription begins, and the seq that began the membership. */
export type SubscribeOptions = { after: number; joinedSeq: number };

/** Creates a subscription in pull mode, which has every event up to `after`. */
export function createSubscription(
  connection: Connection,
  room: Room,
  { after, joinedSeq }: SubscribeOptions,
): Subscription {
  return {
    connection,
    room,
    joinedSeq,
    mode: 'pulling',
    position: after,
    page: null,
    reportedHead: null,
    isShutOut: false,
    isOpen: true,
  };
}
