/**
 * The hub: owns connections, subscriptions, and the delivery to them. It passes on committed events, strictly in seq order
 * per room, with one write per socket and flush. It waits for nothing: neither for the store nor for a slow reader.
 */
import {
  encodeEvent,
  type PresenceEvent,
  type ProfileEvent,
  type RoomEvent,
  type ServerEvent,
  type TypingEvent,
} from '@banter/protocol';
import type { Clock } from '../clock.ts';
import { type InTurn, PageReader, type ReadEvents } from './catch-up/page-reader.ts';
import { Recent, type RecentBounds } from './catch-up/recent.ts';
import { type Connection, createConnection, type Identity, type SubscribeOptions } from './connection.ts';
import { Delivery } from './delivery.ts';
import { FollowedRooms } from './followed-rooms.ts';
import { Intake } from './intake.ts';
import { EPHEMERAL_MAX_BYTES } from './limits.ts';
import type { Link } from './link.ts';
import { Outboxes } from './outboxes.ts';
import { Registry } from './registry.ts';
import { hasStalled } from './stall.ts';
import { collectNewHeads } from './subscription.ts';
import { Unsent } from './unsent.ts';

/** Dependencies of the hub. */
export type HubOptions = {
  /** Reads up to `limit` events of a room above `after` from the store, in seq order. Fewer mean that the head was reached. */
  readEvents: ReadEvents;
  /** As readEvents, for the pages of one reader, in turn; readEvents by default. */
  readPage?: ReadEvents;
  /** Lets a page be read when it is its reader's turn; at once by default. */
  inTurn?: InTurn;
  clock: Clock;
  /** Called for each connection that opens or ends. */
  onConnection: (connection: Connection, isOpen: boolean) => void;
  /** Called with the error of each failed read. The read is retried. */
  onProblem: (error: unknown) => void;
  /** Tests make them small. HUB_BOUNDS by default. */
  bounds?: HubBounds;
};

/** Sizes of the hub. A frame with more than `promptConnections` receivers goes through the bulk queue. */
export type HubBounds = { promptConnections: number; recent: RecentBounds };

/** Numbers of open connections, of their subscriptions, and of the rooms with any. */
export type HubCounts = { connections: number; subscriptions: number; rooms: number };

/** A thousand writes are one or two slices. A room's recent events are about as many as a resume replays at most [R2]. */
export const HUB_BOUNDS: HubBounds = {
  promptConnections: 1_000,
  recent: { roomBytes: 4 * 1024 * 1024, nodeBytes: 32 * 1024 * 1024 },
};

/** Joins the hub's parts. Each of them owns its own state. */
export class Hub {
  readonly #clock: Clock;
  readonly #onConnection: (connection: Connection, isOpen: boolean) => void;
  readonly #registry = new Registry();
  readonly #rooms = new FollowedRooms();
  readonly #unsent = new Unsent();
  readonly #intake: Intake;
  readonly #outboxes: Outboxes;
  readonly #delivery: Delivery;

  constructor(options: HubOptions) {
    const { readEvents, clock, onConnection, onProblem, bounds = HUB_BOUNDS } = options;
    const { readPage = readEvents, inTurn = (_, work) => work() } = options;
    this.#clock = clock;
    this.#onConnection = onConnection;
    const recent = new Recent(bounds.recent);
    const pages = new PageReader({ readEvents, readPage, inTurn, recent, clock, onProblem });
    this.#intake = new Intake({
      rooms: this.#rooms,
      recent,
      pages,
      connectionsOf: (userId) => this.#registry.ofUser(userId),
      onBatch: (followed) => this.#delivery.planBatch(followed),
    });
    this.#outboxes = new Outboxes({
      clock,
      unsent: this.#unsent,
      fill: (queue, endMs) => this.#delivery.flushRooms(queue, endMs),
      hasMore: (queue) => this.#delivery.hasBatch(queue),
    });
    this.#delivery = new Delivery({
      clock,
      rooms: this.#rooms,
      pages,
      outboxes: this.#outboxes,
      unsent: this.#unsent,
      promptConnections: bounds.promptConnections,
      fillGap: (room) => this.#intake.fillGap(room),
    });
  }

  /** Writes to links since the start: at most one per connection and flush. */
  get writes(): number {
    return this.#outboxes.writes;
  }

  /** Registers a signed-in link. */
  open(link: Link, identity: Identity): Connection {
    const connection = createConnection(link, identity);
    this.#registry.add(connection);
    this.#onConnection(connection, true);
    return connection;
  }

  /** Removes a connection whose link has ended. A second call does nothing. */
  close(connection: Connection): void {
    if (!connection.isOpen) return;
    connection.isOpen = false;
    this.#delivery.unsubscribeAll(connection);
    this.#outboxes.drop(connection);
    this.#unsent.drop(connection);
    this.#registry.remove(connection);
    this.#onConnection(connection, false);
  }

  /** Begins after the event `after` [R1], in place of an earlier subscription. Sends `live` once the head is reached. */
  subscribe(connection: Connection, roomId: number, options: SubscribeOptions): void {
    this.#delivery.subscribe(connection, roomId, options);
  }

  /** Ends a subscription, if there is one. */
  unsubscribe(connection: Connection, roomId: number): void {
    this.#delivery.unsubscribe(connection, roomId);
  }

  /** Accepts committed events. Drops repeats, and reads gaps from the store [O1] [O2]. */
  publish(events: readonly RoomEvent[]): void {
    for (const event of events) this.#intake.accept(event);
  }

  /** Reads events of a room that may not have been published. */
  refresh(roomId: number): void {
    this.#intake.refresh(roomId);
  }

  /** Queues an answer to one connection. */
  send(connection: Connection, event: ServerEvent): void {
    this.#outboxes.addLines(connection, [encodeEvent(event)]);
  }

  /** Sends an ephemeral event to every subscriber of these rooms, once each. Slow readers miss it [B1]. */
  broadcast(
    roomIds: Iterable<number>,
    event: PresenceEvent | ProfileEvent | TypingEvent,
    exceptUserId?: number,
  ): void {
    const line = encodeEvent(event);
    const receivers = new Set<Connection>();
    for (const roomId of roomIds) {
      for (const connection of this.#delivery.listeners(roomId)) receivers.add(connection);
    }
    const queue = this.#delivery.queueFor(receivers.size);
    for (const connection of receivers) {
      if (connection.userId === exceptUserId) continue;
      if (!this.#unsent.fits(connection, EPHEMERAL_MAX_BYTES)) continue;
      this.#outboxes.addLines(connection, [line], queue);
    }
  }

  /** Returns a person's connections that reach a room. Null asks for those that are not limited to one room. */
  connectionsOf(userId: number, roomId: number | null): readonly Connection[] {
    return this.#registry
      .ofUser(userId)
      .filter(({ onlyRoomId }) => onlyRoomId === null || onlyRoomId === roomId);
  }

  /** Returns the ids of all sessions with an open link. */
  sessionIds(): number[] {
    return this.#registry.sessionIds();
  }

  /** Closes every link of these sessions, because they have ended [A4]. */
  endSessions(sessionIds: readonly number[]): void {
    for (const sessionId of sessionIds)
      for (const connection of this.#registry.ofSession(sessionId)) connection.link.close('session_ended');
  }

  /** Drops every copy of any room's events, because a name changed: from now on they are read from the store. */
  forgetAll(): void {
    this.#intake.forgetAll();
  }

  /** Writes everything that waits, now instead of at the end of the turn. */
  flush(): void {
    this.#outboxes.flush();
  }

  /** Writes everything that waits for one connection, now. */
  write(connection: Connection): void {
    this.#outboxes.write(connection);
  }

  /** Continues to read for a slow reader: its link has drained. */
  refill(connection: Connection): void {
    connection.stall = null;
    this.#unsent.measure(connection);
    this.#delivery.refill(connection);
  }

  /** Returns the heads of this connection's rooms that changed since the last call, by room id; null for none [R3]. */
  collectNewHeads({ subscriptions }: Connection): Record<string, number> | null {
    return collectNewHeads(subscriptions.values());
  }

  /** Closes links that have made no progress for too long [B1]. Call it every STALL_CHECK_PERIOD_MS. */
  closeStalled(): void {
    const now = this.#clock.now();
    for (const connection of this.#registry.all()) {
      this.#unsent.measure(connection);
      if (hasStalled(connection, now)) connection.link.close('slow_reader');
    }
  }

  /** Counts what is kept for open links. */
  counts(): HubCounts {
    return { connections: this.#registry.size, ...this.#rooms.counts() };
  }
}
