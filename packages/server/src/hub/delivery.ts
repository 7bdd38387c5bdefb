/** Delivers each room's events to its subscriptions, strictly in seq order: pushed to the live ones, pulled by the others. */
import { encodeEvent } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { PageReader } from './catch-up/page-reader.ts';
import { Pull } from './catch-up/pull.ts';
import type { Connection, Queue, SubscribeOptions, Subscription } from './connection.ts';
import type { FollowedRoom, FollowedRooms } from './followed-rooms.ts';
import type { FrameRun } from './frame-run.ts';
import { PUSH_MAX_BYTES } from './limits.ts';
import { type Outboxes, QUEUES } from './outboxes.ts';
import type { Room } from './room.ts';
import { Slices } from './slices.ts';
import { shareOf } from './subscription.ts';
import type { Unsent } from './unsent.ts';

/** Dependencies of delivery. */
export type DeliveryDeps = {
  clock: Clock;
  rooms: FollowedRooms;
  pages: PageReader;
  outboxes: Outboxes;
  unsent: Unsent;
  /** A frame with more receivers than this goes through the bulk queue. */
  promptConnections: number;
  /** Begins to read a room's missing events, unless that is in progress. */
  fillGap: (room: Room) => void;
};

/** Milliseconds of one turn that may be spent on handing over pages. */
const SLICE_MS = 4;

/** The way of events to their subscribers. Owns the list of rooms that have a batch for the next flush. */
export class Delivery {
  readonly #clock: Clock;
  readonly #rooms: FollowedRooms;
  readonly #outboxes: Outboxes;
  readonly #unsent: Unsent;
  readonly #promptConnections: number;
  readonly #fillGap: (room: Room) => void;
  readonly #pull: Pull;
  readonly #roomsWithBatch: { [K in Queue]: Set<FollowedRoom> } = { prompt: new Set(), bulk: new Set() };

  constructor({ clock, rooms, pages, outboxes, unsent, promptConnections, fillGap }: DeliveryDeps) {
    this.#clock = clock;
    this.#rooms = rooms;
    this.#outboxes = outboxes;
    this.#unsent = unsent;
    this.#promptConnections = promptConnections;
    this.#fillGap = fillGap;
    this.#pull = new Pull({
      pages,
      slices: new Slices(clock, SLICE_MS),
      outboxes,
      unsent,
      goLive: (subscription) => this.#goLive(subscription),
      fence: (subscription) => this.#fence(subscription),
    });
  }

  /** Begins a subscription, in place of an earlier one. Does nothing for a connection that has ended. */
  subscribe(connection: Connection, roomId: number, options: SubscribeOptions): void {
    if (!connection.isOpen) return;
    const subscription = this.#rooms.begin(connection, roomId, options);
    if (subscription.room.head !== options.after || !this.#goLive(subscription)) this.#pull.wake(connection);
  }

  /** Ends a subscription, if there is one. */
  unsubscribe(connection: Connection, roomId: number): void {
    const subscription = connection.subscriptions.get(roomId);
    if (subscription) this.#end(subscription);
  }

  /** Ends all subscriptions of a connection. */
  unsubscribeAll(connection: Connection): void {
    for (const subscription of connection.subscriptions.values()) this.#end(subscription);
  }

  /** Continues with a connection's subscriptions in pull mode: its link has drained. */
  refill(connection: Connection): void {
    this.#pull.wake(connection);
  }

  /** Returns the connections that follow a room, without those whose person was removed from it. */
  *listeners(roomId: number): Iterable<Connection> {
    for (const { connection, isShutOut } of this.#rooms.get(roomId)?.subscriptions ?? [])
      if (!isShutOut) yield connection;
  }

  /** Returns the queue for a frame with this many receivers. */
  queueFor(receivers: number): Queue {
    return receivers > this.#promptConnections ? 'bulk' : 'prompt';
  }

  /** Plans a flush of a room's batch. */
  planBatch(followed: FollowedRoom): void {
    this.#roomsWithBatch[this.queueFor(followed.subscriptions.size)].add(followed);
    this.#outboxes.planFlush();
  }

  /** Whether rooms have a batch for a queue. */
  hasBatch(queue: Queue): boolean {
    return this.#roomsWithBatch[queue].size > 0;
  }

  /** Queues the rooms' batches in their subscribers' outboxes, one room at a time, until `endMs` (monotonic). */
  flushRooms(queue: Queue, endMs: number): void {
    for (const followed of this.#roomsWithBatch[queue]) {
      this.#roomsWithBatch[queue].delete(followed);
      this.#flushRoom(followed, queue);
      if (this.#clock.now() >= endMs) return;
    }
  }

  #flushRoom({ room, subscriptions }: FollowedRoom, queue: Queue): void {
    for (const run of room.nextBatch()) {
      for (const subscription of subscriptions) {
        if (subscription.mode === 'live') this.#deliver(subscription, run, queue);
      }
    }
  }

  /** Queues a run for a live subscription. */
  #deliver(subscription: Subscription, run: FrameRun, queue: Queue): void {
    // Nearly always a subscription needs exactly the run.
    if (run.fences.length === 0 && subscription.position === run.firstSeq - 1) {
      this.#push(subscription, run.frameFor(subscription.connection.link.wire), run.lastSeq, queue);
      return;
    }
    const share = shareOf(subscription, run);
    // A subscription that has just gone live may have read these events already.
    if (!share) return;
    const isPushed = this.#push(subscription, share.frame, share.lastSeq, queue);
    if (isPushed && share.isFenced) this.#fence(subscription);
  }

  /** Queues a frame for a live subscription, or leaves its events in the store for a slow reader [B1]. */
  #push(subscription: Subscription, frame: Buffer, lastSeq: number, queue: Queue): boolean {
    const { connection } = subscription;
    if (!this.#unsent.fits(connection, PUSH_MAX_BYTES, frame.length)) {
      subscription.mode = 'pulling';
      this.#pull.wake(connection);
      return false;
    }
    this.#outboxes.addFrame(connection, frame, queue);
    subscription.position = lastSeq;
    return true;
  }

  /** Makes a subscription live, so that it gets each batch. Returns false if it is behind its room's head. */
  #goLive(subscription: Subscription): boolean {
    const { room, connection, position } = subscription;
    const head = room.startAt(position);
    // A `refresh` before the head was known had nowhere to read from.
    if (room.mayMissEvents) this.#fillGap(room);
    if (position < head) return false;
    subscription.mode = 'live';
    this.#outboxes.addLines(connection, [encodeEvent({ type: 'live', roomId: room.id, head: position })]);
    return true;
  }

  /** Ends a subscription whose last queued event removes its person from the room [A3]. */
  #fence(subscription: Subscription): void {
    this.#end(subscription);
    const { connection, room } = subscription;
    connection.fencedRooms = [...(connection.fencedRooms ?? []), room.id];
  }

  #end(subscription: Subscription): void {
    const ended = this.#rooms.end(subscription);
    if (ended) for (const queue of QUEUES) this.#roomsWithBatch[queue].delete(ended);
  }
}
