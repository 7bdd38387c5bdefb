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
import { type Connection, createConnection, type Identity, queuedBytes } from './connection.ts';
import { createDelivery, type Delivery, type DeliveryBounds, type SubscribeOptions } from './delivery.ts';
import { EPHEMERAL_MAX_BYTES } from './limits.ts';
import type { Link } from './link.ts';
import { createOutboxes, type Outboxes } from './outboxes.ts';
import type { ReadEvents } from './pull.ts';
import { Registry } from './registry.ts';
import { isStuck } from './stall.ts';
import { takeNewHeads } from './subscription.ts';
import { createUnsent } from './unsent.ts';

export type HubOptions = {
  /** Reads up to `limit` events of a room above `after` from the store, in seq order; fewer only at its head. */
  readEvents: ReadEvents;
  clock: Clock;
  /** Told of each connection that opens and that ends. */
  onConnection: (connection: Connection, isOpen: boolean) => void;
  /** Told of a read that failed; it is tried again. */
  onProblem: (error: unknown) => void;
  /** Tests make them small; HUB_BOUNDS where they are not given. */
  bounds?: DeliveryBounds;
};

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
  /** A person's connections that may hear of a room; of what is about none (null), those that are not for one room only. */
  connectionsOf(userId: number, roomId: number | null): readonly Connection[];
  /** The sessions that have an open link. */
  sessionIds(): number[];
  /** Ends every link of a session [A4]. */
  endSession(sessionId: number, reason: CloseName): void;
  /** What a room's events say has changed: from now on they are read from the store anew, wherever they are asked for. */
  forget(roomId: number): void;
  /** The same for all rooms: somebody's name has changed. */
  forgetAll(): void;
  /** Writes everything that waits now, not at the end of the turn. */
  flush(): void;
  /** Writes what waits for one connection now. */
  write(connection: Connection): void;
  /** Tells the hub that a link has room again. */
  drained(connection: Connection): void;
  /** The seqs up to which this connection's rooms were taken, by room id, where they have changed since this was last asked [R3]. */
  takeNewHeads(connection: Connection): Record<string, number> | null;
  /** Ends links that have not taken a byte for too long. To be called about once a second. */
  endStuck(): void;
  readonly size: number;
  /** Writes to links since the start: one a connection and flush. */
  readonly writes: number;
  counts(): HubCounts;
  isOnline(userId: number): boolean;
};

/** What the hub keeps for open links. */
export type HubCounts = { connections: number; subscriptions: number; rooms: number };

/** A thousand writes are one or two slices; what is kept of a room is about what may be replayed of it at all [R2]. */
export const HUB_BOUNDS: DeliveryBounds = {
  promptConnections: 1_000,
  recent: { roomBytes: 4 * 1024 * 1024, nodeBytes: 32 * 1024 * 1024 },
};

export function createHub({
  readEvents,
  clock,
  onConnection,
  onProblem,
  bounds = HUB_BOUNDS,
}: HubOptions): Hub {
  const registry = new Registry();
  const unsent = createUnsent();
  const outboxes: Outboxes = createOutboxes({
    clock,
    unsent,
    fill: (queue, endMs) => delivery.flushRooms(queue, endMs),
    hasMore: (queue) => delivery.hasGathered(queue),
  });
  const delivery: Delivery = createDelivery({
    readEvents,
    clock,
    onProblem,
    outboxes,
    unsent,
    ofUser: (userId) => registry.ofUser(userId),
    bounds,
  });

  return {
    open(link, identity) {
      const connection = createConnection(link, identity);
      registry.add(connection);
      onConnection(connection, true);
      return connection;
    },
    close(connection) {
      if (!connection.isOpen) return;
      connection.isOpen = false;
      delivery.leave(connection);
      outboxes.drop(connection);
      unsent.drop(connection);
      registry.remove(connection);
      onConnection(connection, false);
    },
    subscribe: delivery.subscribe,
    unsubscribe: delivery.unsubscribe,
    publish: delivery.publish,
    refresh: delivery.refresh,
    forget: delivery.forget,
    forgetAll: delivery.forgetAll,
    send: (connection, event) => outboxes.addLines(connection, [encodeEvent(event)]),
    broadcast(roomIds, event, exceptUserId) {
      const line = encodeEvent(event);
      const told = new Set<Connection>();
      for (const roomId of roomIds) for (const connection of delivery.listeners(roomId)) told.add(connection);
      const queue = delivery.queueFor(told.size);
      for (const connection of told) {
        if (connection.userId === exceptUserId) continue;
        if (queuedBytes(connection) <= unsent.limit(EPHEMERAL_MAX_BYTES))
          outboxes.addLines(connection, [line], queue);
      }
    },
    connectionsOf: (userId, roomId) =>
      registry.ofUser(userId).filter(({ onlyRoomId }) => onlyRoomId === null || onlyRoomId === roomId),
    sessionIds: () => registry.sessionIds(),
    endSession(sessionId, reason) {
      for (const connection of registry.ofSession(sessionId)) connection.link.close(reason);
    },
    flush: outboxes.flush,
    write: outboxes.write,
    drained(connection) {
      connection.stuck = null;
      unsent.look(connection);
      delivery.resume(connection);
    },
    takeNewHeads: ({ subscriptions }) => takeNewHeads(subscriptions.values()),
    endStuck() {
      const now = clock.now();
      for (const connection of registry.all()) {
        unsent.look(connection);
        if (isStuck(connection, now)) connection.link.close('slow_reader');
      }
    },
    get size() {
      return registry.size;
    },
    get writes() {
      return outboxes.writes;
    },
    counts: () => ({ connections: registry.size, ...delivery.counts() }),
    isOnline: (userId) => registry.ofUser(userId).length > 0,
  };
}
