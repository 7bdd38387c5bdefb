/** Delivery: brings each room's events to its subscriptions, strictly in seq order, pushed or pulled. */
import { encodeEvent, type RoomEvent } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import { type Connection, queuedBytes } from './connection.ts';
import type { Outboxes } from './outboxes.ts';
import { createPull, type ReadEvents } from './pull.ts';
import { createRoom, flushRoom, type HubRoom, type Run, takeEvent } from './room.ts';
import { createSubscription, type Subscription } from './subscription.ts';

export type DeliveryOptions = {
  readEvents: ReadEvents;
  clock: Clock;
  onProblem: (error: unknown) => void;
  outboxes: Outboxes;
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
  /** Goes on with what a connection pulls. */
  resume(connection: Connection): void;
  /** The connections that follow a room. */
  listeners(roomId: number): Iterable<Connection>;
  /** Hands what rooms have gathered to the outboxes. */
  flushRooms(): void;
  /** Tells the links of those who were shut out, now that the event that says so has been written. */
  tellFenced(): void;
  counts(): { subscriptions: number; rooms: number };
};

/** Above this much unsent, pushing stops and the rest is read from the store when the reader has caught up [B1]. */
export const PULL_BYTES = 1024 * 1024;

export function createDelivery({ readEvents, clock, onProblem, outboxes }: DeliveryOptions): Delivery {
  const rooms = new Map<number, HubRoom>();
  const dirty = new Set<HubRoom>();
  let fenced: Subscription[] = [];
  const pull = createPull({ readEvents, clock, onProblem, sendLines: outboxes.addLines, goLive, fence });

  function deliver(subscription: Subscription, frame: Buffer, { firstSeq, lastSeq }: Run): void {
    const { connection, position } = subscription;
    // A reader of the store may have been ahead of what was published when it went live.
    if (position >= lastSeq) return;
    if (position < firstSeq && queuedBytes(connection) + frame.length <= PULL_BYTES) {
      outboxes.addFrame(connection, frame);
      return;
    }
    subscription.mode = 'pulling';
    subscription.position = Math.max(position, firstSeq - 1);
    pull.wake(connection);
  }

  /** Joins a subscription that has read up to the room's head to those that get each flush. */
  function goLive(subscription: Subscription): boolean {
    const { room, connection, position } = subscription;
    room.head ??= position;
    if (position < room.head) return false;
    flushRoom(room, deliver, fence);
    subscription.mode = 'live';
    outboxes.addLines(connection, [encodeEvent({ type: 'live', roomId: room.id, head: position })]);
    return true;
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
    if (room.subscriptions.size === 0 && rooms.get(room.id) === room) rooms.delete(room.id);
  }

  function fence(subscription: Subscription): void {
    end(subscription);
    fenced.push(subscription);
    outboxes.planFlush();
  }

  function take(event: RoomEvent): void {
    const room = rooms.get(event.roomId);
    if (!room) return;
    const taken = takeEvent(room, event);
    if (taken === 'gap') void fill(room);
    if (taken !== 'taken') return;
    dirty.add(room);
    outboxes.planFlush();
  }

  /** Reads what is missing from the store; one reader per room, whoever saw the gap. */
  async function fill(room: HubRoom): Promise<void> {
    if (room.isFilling) return;
    room.isFilling = true;
    while (room.head !== null && room.head < room.wanted && rooms.get(room.id) === room) {
      const from: number = room.head;
      // Read for this: a page that others wait for may be older than the event that showed the gap.
      for (const event of await pull.readNow(room, from)) take(event);
      // What the store does not have either, asking again at once does not bring.
      if (room.head === from) break;
    }
    room.isFilling = false;
  }

  return {
    subscribe(connection, roomId, { after, joinedSeq }) {
      if (!connection.isOpen) return;
      const before = connection.subscriptions.get(roomId);
      if (before) end(before);
      const room = roomOf(roomId);
      const subscription = createSubscription(connection, room, after, joinedSeq);
      connection.subscriptions.set(roomId, subscription);
      room.subscriptions.add(subscription);
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
      const room = rooms.get(roomId);
      if (room?.head == null) return;
      room.wanted = Math.max(room.wanted, room.head + 1);
      void fill(room);
    },
    resume(connection) {
      pull.wake(connection);
    },
    listeners: (roomId) => [...(rooms.get(roomId)?.subscriptions ?? [])].map(({ connection }) => connection),
    flushRooms() {
      for (const room of dirty) flushRoom(room, deliver, fence);
      dirty.clear();
    },
    tellFenced() {
      const told = fenced;
      fenced = [];
      for (const { connection, room } of told) connection.link.fenced(room.id);
    },
    counts() {
      let subscriptions = 0;
      for (const room of rooms.values()) subscriptions += room.subscriptions.size;
      return { subscriptions, rooms: rooms.size };
    },
  };
}
