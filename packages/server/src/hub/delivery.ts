/** Delivery: brings each room's events to its subscriptions, strictly in seq order, pushed or pulled. */
import { changesEarlier, encodeEvent, fencedUserId, type RoomEvent } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import { type Connection, queuedBytes } from './connection.ts';
import type { FrameRun } from './frame-run.ts';
import { PUSH_MAX_BYTES, READ_MAX_BYTES } from './limits.ts';
import type { Outboxes, Queue } from './outboxes.ts';
import { createPull, type ReadEvents } from './pull.ts';
import { Recent, type RecentBounds } from './recent.ts';
import { createRoom, fillGap, flushRoom, type HubRoom, takeEvent } from './room.ts';
import { Slices } from './slices.ts';
import { createSubscription, type Subscription, shareOf } from './subscription.ts';
import type { Unsent } from './unsent.ts';

export type DeliveryOptions = {
  readEvents: ReadEvents;
  clock: Clock;
  onProblem: (error: unknown) => void;
  outboxes: Outboxes;
  unsent: Unsent;
  /** The connections of a person. */
  ofUser: (userId: number) => readonly Connection[];
  bounds: DeliveryBounds;
};

export type DeliveryBounds = {
  /** What goes to more connections at once is bulk. */
  promptConnections: number;
  recent: RecentBounds;
};

/** Where a subscription begins, and since when its person is a member. */
export type SubscribeOptions = { after: number; joinedSeq: number };

export type Delivery = {
  subscribe(connection: Connection, roomId: number, options: SubscribeOptions): void;
  unsubscribe(connection: Connection, roomId: number): void;
  /** Ends all subscriptions of a connection. */
  leave(connection: Connection): void;
  publish(events: readonly RoomEvent[]): void;
  refresh(roomId: number): void;
  /** Hands on no copy of a room's events any more that was read or kept before. */
  forget(roomId: number): void;
  forgetAll(): void;
  /** Goes on with what a connection pulls. */
  resume(connection: Connection): void;
  /** The connections that follow a room, but for those whose person is shut out. */
  listeners(roomId: number): Iterable<Connection>;
  /** Hands what rooms have gathered for a queue to the outboxes, a room at a time, until `endMs`. */
  flushRooms(queue: Queue, endMs: number): void;
  /** Where that belongs which goes to so many connections. */
  queueFor(connections: number): Queue;
  /** Whether rooms have gathered anything for a queue. */
  hasGathered(queue: Queue): boolean;
  counts(): { subscriptions: number; rooms: number };
};

/** Handing out what was read takes no longer in one turn. */
const SLICE_MS = 4;

export function createDelivery(options: DeliveryOptions): Delivery {
  const { readEvents, clock, onProblem, outboxes, unsent, ofUser, bounds } = options;
  const rooms = new Map<number, HubRoom>();
  const dirty: { [K in Queue]: Set<HubRoom> } = { prompt: new Set(), bulk: new Set() };
  const recent = new Recent(bounds.recent);
  const pull = createPull({
    readEvents,
    recent,
    slices: new Slices(clock, SLICE_MS),
    clock,
    onProblem,
    hasRoom: (connection) => queuedBytes(connection) <= unsent.limit(READ_MAX_BYTES),
    sendFrame: (connection, frame) => outboxes.addFrame(connection, frame, 'prompt'),
    goLive,
    fence,
  });

  /** Gives a run to a live subscription, or leaves it in the store for a reader with too much unsent. */
  function deliver(subscription: Subscription, run: FrameRun, queue: Queue): void {
    const share = shareOf(subscription, run);
    // A reader of the store may have been ahead of what was published when it went live.
    if (!share) return;
    const { connection } = subscription;
    if (queuedBytes(connection) + share.frame.length > unsent.limit(PUSH_MAX_BYTES)) {
      subscription.mode = 'pulling';
      pull.wake(connection);
      return;
    }
    outboxes.addFrame(connection, share.frame, queue);
    subscription.position = share.lastSeq;
    if (share.isFenced) fence(subscription);
  }

  /** Joins a subscription that has read up to the room's head to those that get each flush. */
  function goLive(subscription: Subscription): boolean {
    const { room, connection, position } = subscription;
    room.head ??= position;
    // Asked for while nobody knew where the room ends.
    if (room.isDoubted) void fillGap(room, pull.readNow, take);
    if (position < room.head) return false;
    subscription.mode = 'live';
    outboxes.addLines(connection, [encodeEvent({ type: 'live', roomId: room.id, head: position })]);
    return true;
  }

  function queueFor(connections: number): Queue {
    return connections > bounds.promptConnections ? 'bulk' : 'prompt';
  }

  function roomOf(roomId: number): HubRoom {
    const known = rooms.get(roomId);
    if (known) return known;
    const room = createRoom(roomId);
    rooms.set(roomId, room);
    return room;
  }

  function end(subscription: Subscription): void {
    subscription.isOpen = false;
    const { connection, room } = subscription;
    if (connection.subscriptions.get(room.id) === subscription) connection.subscriptions.delete(room.id);
    room.subscriptions.delete(subscription);
    if (room.subscriptions.size > 0) return;
    for (const queue of QUEUES) dirty[queue].delete(room);
    if (rooms.get(room.id) === room) rooms.delete(room.id);
  }

  /** Ends a subscription whose last event has just been queued. */
  function fence(subscription: Subscription): void {
    end(subscription);
    const { connection, room } = subscription;
    connection.fencedRooms = [...(connection.fencedRooms ?? []), room.id];
  }

  function forget(roomId: number): void {
    recent.forget(roomId);
    const room = rooms.get(roomId);
    if (room) readAnew(room);
  }

  function readAnew(room: HubRoom): void {
    room.era++;
    room.reads.clear();
    for (const subscription of room.subscriptions) subscription.page = null;
  }

  /** At once, also for a reader who will come to this event much later [A3]. */
  function shutOut(userId: number, { roomId, seq }: RoomEvent): void {
    for (const { subscriptions } of ofUser(userId)) {
      const subscription = subscriptions.get(roomId);
      if (subscription && seq > subscription.joinedSeq) subscription.isShutOut = true;
    }
  }

  function take(event: RoomEvent): void {
    // Whether it was published or read to fill a gap: what was kept before it may hold the text that it took away.
    if (changesEarlier(event)) forget(event.roomId);
    const userId = fencedUserId(event);
    if (userId !== null) shutOut(userId, event);
    const room = rooms.get(event.roomId);
    if (!room) return;
    const taken = takeEvent(room, event);
    if (taken === 'gap') void fillGap(room, pull.readNow, take);
    if (typeof taken === 'string') return;
    recent.add(room.id, taken);
    dirty[queueFor(room.subscriptions.size)].add(room);
    outboxes.planFlush();
  }

  return {
    subscribe(connection, roomId, { after, joinedSeq }) {
      if (!connection.isOpen) return;
      const before = connection.subscriptions.get(roomId);
      const room = roomOf(roomId);
      const subscription = createSubscription(connection, room, after, joinedSeq);
      room.subscriptions.add(subscription);
      if (before) end(before);
      connection.subscriptions.set(roomId, subscription);
      if (room.head !== after || !goLive(subscription)) pull.wake(connection);
    },
    unsubscribe(connection, roomId) {
      const subscription = connection.subscriptions.get(roomId);
      if (subscription) end(subscription);
    },
    leave(connection) {
      for (const subscription of connection.subscriptions.values()) end(subscription);
    },
    publish(events) {
      for (const event of events) take(event);
    },
    refresh(roomId) {
      // What nobody could publish may have taken a text away, and a room that nobody follows is not read.
      forget(roomId);
      const room = rooms.get(roomId);
      if (!room) return;
      room.isDoubted = true;
      void fillGap(room, pull.readNow, take);
    },
    forget,
    forgetAll() {
      recent.forgetAll();
      for (const room of rooms.values()) readAnew(room);
    },
    resume: pull.wake,
    *listeners(roomId) {
      for (const { connection, isShutOut } of rooms.get(roomId)?.subscriptions ?? [])
        if (!isShutOut) yield connection;
    },
    flushRooms(queue, endMs) {
      for (const room of dirty[queue]) {
        dirty[queue].delete(room);
        flushRoom(room, (subscription, run) => deliver(subscription, run, queue));
        if (clock.now() >= endMs) return;
      }
    },
    queueFor,
    hasGathered: (queue) => dirty[queue].size > 0,
    counts() {
      let subscriptions = 0;
      for (const room of rooms.values()) subscriptions += room.subscriptions.size;
      return { subscriptions, rooms: rooms.size };
    },
  };
}

const QUEUES: readonly Queue[] = ['prompt', 'bulk'];
