/** Accepts committed events into their rooms, in seq order, and drops every copy whose text must vanish. */
import { changesEarlier, fencedUserId, type RoomEvent } from '@banter/protocol';
import type { PageReader } from './catch-up/page-reader.ts';
import type { Recent } from './catch-up/recent.ts';
import type { Connection } from './connection.ts';
import { dropPages, type FollowedRoom, type FollowedRooms } from './followed-rooms.ts';
import type { GapSource, Room } from './room.ts';

/** Dependencies of the intake. */
export type IntakeDeps = {
  rooms: FollowedRooms;
  recent: Recent;
  pages: PageReader;
  /** Returns a person's connections. */
  connectionsOf: (userId: number) => readonly Connection[];
  /** Called for each accepted event: its room has a batch for the next flush. */
  onBatch: (followed: FollowedRoom) => void;
};

/** The way of events into the hub: published, or read from the store to fill a gap. */
export class Intake implements GapSource {
  readonly #rooms: FollowedRooms;
  readonly #recent: Recent;
  readonly #pages: PageReader;
  readonly #connectionsOf: (userId: number) => readonly Connection[];
  readonly #onBatch: (followed: FollowedRoom) => void;

  constructor({ rooms, recent, pages, connectionsOf, onBatch }: IntakeDeps) {
    this.#rooms = rooms;
    this.#recent = recent;
    this.#pages = pages;
    this.#connectionsOf = connectionsOf;
    this.#onBatch = onBatch;
  }

  /** Accepts a committed event. Drops a repeat, and reads a gap from the store [O1] [O2]. */
  accept(event: RoomEvent): void {
    // Both a published event and one of a filled gap can remove a text that a copy still holds.
    if (changesEarlier(event)) this.#forget(event.roomId);
    const userId = fencedUserId(event);
    if (userId !== null) this.#shutOut(userId, event);
    const followed = this.#rooms.get(event.roomId);
    if (!followed) return;
    const { room } = followed;
    const accepted = room.accept(event);
    if (accepted === 'gap') this.fillGap(room);
    if (typeof accepted === 'string') return;
    this.#recent.add(room.id, accepted);
    this.#onBatch(followed);
  }

  /** Reads events of a room that may not have been published. */
  refresh(roomId: number): void {
    // An unpublished event may have removed a text. A room without followers is only forgotten, not read.
    this.#forget(roomId);
    const room = this.#rooms.get(roomId)?.room;
    if (!room) return;
    room.mayMissEvents = true;
    this.fillGap(room);
  }

  /** Begins to read a room's missing events from the store, unless that is in progress. */
  fillGap(room: Room): void {
    void room.fillGap(this);
  }

  /** Returns the events above `after` as the store has them now; none once nobody follows the room. */
  read(room: Room, after: number): Promise<RoomEvent[]> {
    return this.#pages.readNow(room, after);
  }

  /** Drops every copy of any room's events: from now on they are read from the store. */
  forgetAll(): void {
    this.#recent.forgetAll();
    for (const followed of this.#rooms.all()) dropPages(followed);
  }

  /** Drops every copy of a room's events, because a text may have changed. */
  #forget(roomId: number): void {
    this.#recent.forget(roomId);
    const followed = this.#rooms.get(roomId);
    if (followed) dropPages(followed);
  }

  /** Marks a person as removed, at once: a slow reader gets the event for it much later [A3]. */
  #shutOut(userId: number, { roomId, seq }: RoomEvent): void {
    for (const { subscriptions } of this.#connectionsOf(userId)) {
      const subscription = subscriptions.get(roomId);
      if (subscription && seq > subscription.joinedSeq) subscription.isShutOut = true;
    }
  }
}
