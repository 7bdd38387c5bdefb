/** The rooms that are followed, and their subscriptions. A room is kept from its first subscription to its last. */
import {
  type Connection,
  createSubscription,
  type SubscribeOptions,
  type Subscription,
} from './connection.ts';
import { Room } from './room.ts';

/** A room with its subscriptions, of which there is at least one. */
export type FollowedRoom = { readonly room: Room; readonly subscriptions: Set<Subscription> };

/** Owns the rooms and their subscriptions. */
export class FollowedRooms {
  readonly #byId = new Map<number, FollowedRoom>();

  /** Returns a room; undefined when nobody follows it. */
  get(roomId: number): FollowedRoom | undefined {
    return this.#byId.get(roomId);
  }

  /** Returns all rooms. */
  all(): Iterable<FollowedRoom> {
    return this.#byId.values();
  }

  /** Begins a subscription, in place of the connection's earlier one in this room. */
  begin(connection: Connection, roomId: number, options: SubscribeOptions): Subscription {
    const before = connection.subscriptions.get(roomId);
    const { room, subscriptions } = this.#getOrCreate(roomId);
    const subscription = createSubscription(connection, room, options);
    subscriptions.add(subscription);
    if (before) this.end(before);
    connection.subscriptions.set(roomId, subscription);
    return subscription;
  }

  /** Ends a subscription, once. Returns the room when this was its last one, null otherwise. */
  end(subscription: Subscription): FollowedRoom | null {
    if (!subscription.isOpen) return null;
    subscription.isOpen = false;
    const { connection, room } = subscription;
    connection.subscriptions.delete(room.id);
    const followed = this.#byId.get(room.id);
    followed?.subscriptions.delete(subscription);
    if (!followed || followed.subscriptions.size > 0) return null;
    room.isFollowed = false;
    this.#byId.delete(room.id);
    return followed;
  }

  /** Counts subscriptions and rooms. */
  counts(): { subscriptions: number; rooms: number } {
    let subscriptions = 0;
    for (const followed of this.#byId.values()) subscriptions += followed.subscriptions.size;
    return { subscriptions, rooms: this.#byId.size };
  }

  #getOrCreate(roomId: number): FollowedRoom {
    const known = this.#byId.get(roomId);
    if (known) return known;
    const followed = { room: new Room(roomId), subscriptions: new Set<Subscription>() };
    this.#byId.set(roomId, followed);
    return followed;
  }
}

/** Drops every page of a room that was read, or is being read: the next one comes from the store as it is then. */
export function dropPages({ room, subscriptions }: FollowedRoom): void {
  room.dropReads();
  for (const subscription of subscriptions) subscription.page = null;
}
