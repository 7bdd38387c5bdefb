/** The rooms that the client follows, kept the same in every part that knows rooms. */
import { ChatError, type Room, type Welcome } from '@banter/protocol';
import type { RoomLogs } from '../log/room-logs.ts';
import { SingleFlight } from '../single-flight.ts';
import type { RoomApi } from '../types/rooms-api.ts';
import type { Cursors } from './cursors.ts';
import type { People } from './people.ts';
import type { ReadMarks } from './read-marks.ts';
import type { Rooms } from './rooms.ts';

/** The parts that Following keeps the same. */
export type FollowingOptions = {
  api: Pick<RoomApi, 'joinedRooms' | 'room'>;
  rooms: Rooms;
  cursors: Cursors;
  logs: RoomLogs;
  people: People;
  marks: ReadMarks;
};

/** Adds rooms to all parts and removes them, at first none. */
export class Following {
  readonly #options: FollowingOptions;
  readonly #loading = new SingleFlight<void>();
  /** The rooms that are being reloaded one by one, and whether to reload them once more afterwards. */
  readonly #reloading = new Map<number, boolean>();
  #isLoaded = false;
  /** Counts clears. An answer to a request from before one belongs to another person. */
  #generation = 0;

  constructor(options: FollowingOptions) {
    this.#options = options;
  }

  /** Loads the list of rooms unless it is loaded. @throws ChatError */
  async load(): Promise<void> {
    if (!this.#isLoaded) await this.#loadAll();
  }

  /** Reloads the list of rooms. Errors are ignored; the next occasion retries. */
  reloadAll(): void {
    this.#loadAll().catch(() => {});
  }

  /** Reloads one room; again after a request that is under way, whose answer may be too old. Errors are ignored. */
  reloadRoom(roomId: number): void {
    const isUnderWay = this.#reloading.has(roomId);
    this.#reloading.set(roomId, isUnderWay);
    if (isUnderWay) return;
    this.#requestRoom(roomId)
      .catch(() => {})
      .finally(() => {
        const isWantedAgain = this.#reloading.get(roomId) === true;
        this.#reloading.delete(roomId);
        if (isWantedAgain) this.reloadRoom(roomId);
      });
  }

  /** Reloads a room if it is closed: after a rename, another room may have its name. Errors are ignored. */
  reloadClosed(roomId: number): void {
    const room = this.#options.rooms.list.find(({ id }) => id === roomId);
    if (room?.kind === 'closed') this.reloadRoom(roomId);
  }

  /** Follows a joined room from its head on, or updates one that is followed. */
  follow(room: Room): void {
    const { rooms, cursors, logs } = this.#options;
    rooms.record(room);
    if (cursors.after(room.id) !== undefined) return;
    cursors.add(room.id, room.head);
    logs.find(room.id)?.reset(room.head);
  }

  /** Stops following a room. Its log stays. */
  unfollow(roomId: number): void {
    const { rooms, cursors, people, marks } = this.#options;
    cursors.remove(roomId);
    rooms.remove(roomId);
    people.remove(roomId);
    marks.remove(roomId);
  }

  /**
   * Applies the list of joined rooms in `welcome`: leaves rooms that are not in it, and loads new ones.
   * @param followed the rooms that were followed when `hello` was made
   * @param named the rooms in `hello`
   */
  welcome(event: Welcome, followed: ReadonlySet<number>, named: ReadonlySet<number>): void {
    const { rooms, cursors, people } = this.#options;
    const joined = new Set(event.rooms.map((room) => room.roomId));
    if (!event.more) for (const roomId of followed) if (!joined.has(roomId)) this.unfollow(roomId);
    for (const { roomId, namesakeId } of event.rooms) rooms.applyNamesake(roomId, namesakeId);
    cursors.welcome(event.epoch, named);
    people.linked();
    if (event.more || [...joined].some((roomId) => cursors.after(roomId) === undefined)) this.reloadAll();
  }

  /** Starts a room again at `head`, after the server could not resume it. */
  reset(roomId: number, head: number): void {
    const { rooms, cursors, logs, people, marks } = this.#options;
    cursors.reset(roomId, head);
    rooms.reset(roomId, head);
    marks.remove(roomId);
    people.markStale(roomId);
    logs.find(roomId)?.reset(head);
    this.reloadRoom(roomId);
  }

  /** Forgets all rooms, before another person uses the client. */
  clear(): void {
    const { rooms, cursors, logs, people, marks } = this.#options;
    this.#generation++;
    this.#isLoaded = false;
    this.#loading.detach();
    for (const part of [cursors, rooms, logs, people, marks]) part.clear();
  }

  #loadAll(): Promise<void> {
    return this.#loading.share(() => this.#requestAll());
  }

  async #requestAll(): Promise<void> {
    const generation = this.#generation;
    const before = this.#options.cursors.roomIds();
    const list = await this.#options.api.joinedRooms();
    if (generation !== this.#generation) throw new ChatError('unavailable', 'Another person has signed in');
    this.#isLoaded = true;
    const joined = new Set(list.flatMap((room) => (room.joined ? room.id : [])));
    for (const roomId of before) if (!joined.has(roomId)) this.unfollow(roomId);
    for (const room of list) if (room.joined) this.follow(room);
  }

  async #requestRoom(roomId: number): Promise<void> {
    const generation = this.#generation;
    const room = await this.#options.api.room(roomId);
    if (generation !== this.#generation || !this.#options.rooms.has(roomId)) return;
    if (room.joined) this.follow(room);
    else this.unfollow(roomId);
  }
}
