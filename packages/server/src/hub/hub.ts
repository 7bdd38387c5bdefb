/**
 * The hub: owner of connections, subscriptions and rooms' delivery. It passes on what was committed, strictly in seq
 * order per room, with one write per socket per flush, and waits for nobody: not for the store, not for a slow reader.
 */
import {
  type CloseName,
  encodeEvent,
  type PresenceEvent,
  type RoomEvent,
  type ServerEvent,
  type TypingEvent,
} from '@banter/protocol';
import type { Clock } from '../clock.ts';
import {
  type Connection,
  createConnection,
  frameLines,
  type Identity,
  type Link,
  queuedBytes,
} from './connection.ts';
import { createPull, type ReadEvents } from './pull.ts';
import { createRegistry } from './registry.ts';
import { connectionsOf, createRoom, flushRoom, type HubRoom, type Run, takeEvent } from './room.ts';
import { createSubscription, type Subscription } from './subscription.ts';

export type HubOptions = {
  /** Reads up to `limit` events of a room above `after` from the store, in seq order; fewer only at its head. */
  readEvents: ReadEvents;
  clock: Clock;
  /** Told when a person's first connection opens and when the last one closes. */
  onPresence: (who: { userId: number; username: string }, isOnline: boolean) => void;
  /** Told of a read that failed; it is tried again. */
  onProblem: (error: unknown) => void;
};

/** Where a subscription begins, and since when its person is a member. */
export type SubscribeOptions = { after: number; joinedSeq: number };

export type Hub = {
  /** Registers a signed-in link. */
  open(link: Link, identity: Identity): Connection;
  /** Forgets a connection whose link has ended. Safe to call twice. */
  close(connection: Connection): void;
  /** Begins with the event after `after` [R1]; `live` is sent when the head is reached. Replaces an earlier subscription. */
  subscribe(connection: Connection, roomId: number, options: SubscribeOptions): void;
  unsubscribe(connection: Connection, roomId: number): void;
  /** Takes committed events. Repeats are dropped, gaps are read from the store [O1] [O2]. */
  publish(events: readonly RoomEvent[]): void;
  /** Looks into the store for events of a room that nobody told of. */
  refresh(roomId: number): void;
  /** Queues an answer to one connection. */
  send(connection: Connection, event: ServerEvent): void;
  /** Passes something fleeting to every subscriber of these rooms, once each; slow ones miss it [B1]. */
  broadcast(roomIds: Iterable<number>, event: PresenceEvent | TypingEvent, exceptUserId?: number): void;
  connectionsOf(userId: number): readonly Connection[];
  /** The sessions that have an open link. */
  sessionIds(): number[];
  /** Ends every link of a session [A4]. */
  endSession(sessionId: number, reason: CloseName): void;
  /** Tells the hub that a link has room again. */
  drained(connection: Connection): void;
  /** The seqs delivered in this connection's rooms. */
  heads(connection: Connection): Map<number, number>;
  /** Ends links that have not taken a byte for too long. To be called about once a second. */
  endStuck(): void;
  /** Ends every link: the server stops. */
  endAll(reason: CloseName, retryAfterMs: () => number): void;
  readonly size: number;
  counts(): HubCounts;
  isOnline(userId: number): boolean;
};

/** What the hub keeps for open links. */
export type HubCounts = { connections: number; subscriptions: number; rooms: number };

/** Above this much unsent, what is fleeting is left out. */
const SHED_BYTES = 256 * 1024;
/** Above this much unsent, pushing stops and the rest is read from the store when the reader has caught up. */
export const PULL_BYTES = 1024 * 1024;
/** A reader that takes nothing for so long is closed as slow. */
const STUCK_MAX_MS = 30_000;

export function createHub({ readEvents, clock, onPresence, onProblem }: HubOptions): Hub {
  const registry = createRegistry();
  const rooms = new Map<number, HubRoom>();
  const dirtyRooms = new Set<HubRoom>();
  const dirtyConnections = new Set<Connection>();
  /** Ended by a fence; their links are told after the flush that carries the fence. */
  let fenced: Subscription[] = [];
  let isFlushPlanned = false;

  const pull = createPull({ readEvents, clock, onProblem, sendLines, goLive, fence });

  function planFlush(): void {
    if (isFlushPlanned) return;
    isFlushPlanned = true;
    // After this turn's other commits and answers: everything a socket gets goes out in one write.
    setImmediate(flush);
  }

  function flush(): void {
    isFlushPlanned = false;
    for (const room of dirtyRooms) flushPending(room);
    dirtyRooms.clear();
    for (const connection of dirtyConnections) write(connection);
    dirtyConnections.clear();
    const told = fenced;
    fenced = [];
    for (const { connection, room } of told) connection.link.fenced(room.id);
  }

  function flushPending(room: HubRoom): void {
    flushRoom(room, deliver, fence);
  }

  function deliver(subscription: Subscription, frame: Buffer, { firstSeq, lastSeq }: Run): void {
    const { connection, position } = subscription;
    // A reader of the store may have been ahead of what was published when it went live.
    if (position >= lastSeq) return;
    if (position >= firstSeq || queuedBytes(connection) + frame.length > PULL_BYTES) {
      subscription.mode = 'pulling';
      subscription.position = Math.max(position, firstSeq - 1);
      pull.wake(subscription);
      return;
    }
    frameLines(connection);
    connection.frames.push(frame);
    dirtyConnections.add(connection);
  }

  function write(connection: Connection): void {
    frameLines(connection);
    const { frames, link } = connection;
    connection.frames = [];
    if (connection.isOpen && frames.length > 0) link.write(frames);
  }

  function sendLines(connection: Connection, lines: readonly string[]): void {
    if (!connection.isOpen) return;
    connection.lines.push(...lines);
    dirtyConnections.add(connection);
    planFlush();
  }

  /** Joins a subscription that has read up to the room's head to those that get each flush. */
  function goLive(subscription: Subscription): boolean {
    const { room } = subscription;
    room.head ??= subscription.position;
    if (subscription.position < room.head) return false;
    flushPending(room);
    subscription.mode = 'live';
    sendLines(subscription.connection, [
      encodeEvent({ type: 'live', roomId: room.id, head: subscription.position }),
    ]);
    return true;
  }

  function roomOf(roomId: number): HubRoom {
    const known = rooms.get(roomId);
    if (known) return known;
    const room = createRoom(roomId);
    rooms.set(roomId, room);
    return room;
  }

  function endSubscription(subscription: Subscription): void {
    subscription.isOpen = false;
    const { connection, room } = subscription;
    if (connection.subscriptions.get(room.id) === subscription) connection.subscriptions.delete(room.id);
    room.subscriptions.delete(subscription);
    if (room.subscriptions.size === 0 && rooms.get(room.id) === room) rooms.delete(room.id);
  }

  function fence(subscription: Subscription): void {
    endSubscription(subscription);
    fenced.push(subscription);
    planFlush();
  }

  function take(event: RoomEvent): void {
    const room = rooms.get(event.roomId);
    if (!room) return;
    const taken = takeEvent(room, event);
    if (taken === 'gap') void fill(room);
    if (taken !== 'taken') return;
    dirtyRooms.add(room);
    planFlush();
  }

  /** Reads what is missing from the store; one reader per room, whoever saw the gap. */
  async function fill(room: HubRoom): Promise<void> {
    if (room.isFilling) return;
    room.isFilling = true;
    while (room.head !== null && room.head < room.wanted && rooms.get(room.id) === room) {
      const missing = await pull.read(room, room.head);
      if (missing.length === 0) break;
      for (const event of missing) take(event);
    }
    room.isFilling = false;
  }

  return {
    open(link, identity) {
      const connection = createConnection(link, identity);
      if (registry.add(connection)) onPresence(identity, true);
      return connection;
    },
    close(connection) {
      if (!connection.isOpen) return;
      connection.isOpen = false;
      for (const subscription of connection.subscriptions.values()) endSubscription(subscription);
      dirtyConnections.delete(connection);
      if (registry.remove(connection)) onPresence(connection, false);
    },
    subscribe(connection, roomId, { after, joinedSeq }) {
      if (!connection.isOpen) return;
      const before = connection.subscriptions.get(roomId);
      if (before) endSubscription(before);
      const room = roomOf(roomId);
      const subscription = createSubscription(connection, room, after, joinedSeq);
      connection.subscriptions.set(roomId, subscription);
      room.subscriptions.add(subscription);
      if (room.head !== after || !goLive(subscription)) pull.wake(subscription);
    },
    unsubscribe(connection, roomId) {
      const subscription = connection.subscriptions.get(roomId);
      if (subscription) endSubscription(subscription);
    },
    publish(events) {
      for (const event of events) take(event);
    },
    refresh(roomId) {
      const room = rooms.get(roomId);
      if (room?.head == null) return;
      room.wanted = Math.max(room.wanted, room.head + 1);
      void fill(room);
    },
    send: (connection, event) => sendLines(connection, [encodeEvent(event)]),
    broadcast(roomIds, event, exceptUserId) {
      const line = encodeEvent(event);
      const told = new Set<Connection>();
      for (const roomId of roomIds) {
        const room = rooms.get(roomId);
        if (room) for (const connection of connectionsOf(room)) told.add(connection);
      }
      for (const connection of told) {
        if (connection.userId === exceptUserId || queuedBytes(connection) > SHED_BYTES) continue;
        sendLines(connection, [line]);
      }
    },
    connectionsOf: (userId) => registry.ofUser(userId),
    sessionIds: () => registry.sessionIds(),
    endSession(sessionId, reason) {
      // What was answered before goes out before.
      flush();
      for (const connection of registry.ofSession(sessionId)) connection.link.close(reason);
    },
    drained(connection) {
      connection.stuck = null;
      for (const subscription of connection.subscriptions.values()) {
        if (subscription.mode === 'pulling') pull.wake(subscription);
      }
    },
    heads(connection) {
      const heads = new Map<number, number>();
      for (const { room } of connection.subscriptions.values()) {
        if (room.head !== null) heads.set(room.id, room.head);
      }
      return heads;
    },
    endStuck() {
      const now = clock.now();
      for (const connection of registry.all()) {
        if (isStuck(connection, now)) connection.link.close('slow');
      }
    },
    endAll(reason, retryAfterMs) {
      flush();
      for (const connection of [...registry.all()]) connection.link.close(reason, retryAfterMs());
    },
    get size() {
      return registry.size;
    },
    counts() {
      let subscriptions = 0;
      for (const room of rooms.values()) subscriptions += room.subscriptions.size;
      return { connections: registry.size, subscriptions, rooms: rooms.size };
    },
    isOnline: (userId) => registry.ofUser(userId).length > 0,
  };
}

function isStuck(connection: Connection, now: number): boolean {
  const bytes = connection.link.queuedBytes();
  const { stuck } = connection;
  if (bytes === 0) connection.stuck = null;
  else if (!stuck || bytes < stuck.bytes) connection.stuck = { bytes, since: now };
  else return now - stuck.since > STUCK_MAX_MS;
  return false;
}
