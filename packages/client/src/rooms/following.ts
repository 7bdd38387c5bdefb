/** Which rooms are followed: joined, told of, subscribed to. Keeps the parts that know rooms of one mind. */
import { ChatError, type Room, type Welcome } from '@banter/protocol';
import type { Logs } from '../log/room-logs.ts';
import type { Api } from '../types/api.ts';
import type { Cursors } from './cursors.ts';
import type { People } from './people.ts';
import type { ReadMarks } from './read-marks.ts';
import type { Rooms } from './rooms.ts';

export type FollowingOptions = {
  api: Pick<Api, 'rooms' | 'room'>;
  rooms: Rooms;
  cursors: Cursors;
  logs: Logs;
  people: People;
  marks: ReadMarks;
};

export type Following = {
  /** Loads the list of rooms unless it is there. */
  load(): Promise<void>;
  /** Asks for the list again; one request at a time, failures left for the next occasion. */
  refresh(): void;
  /** Asks for one room again. */
  refreshRoom(roomId: number): void;
  follow(room: Room): void;
  unfollow(roomId: number): void;
  /** Leaves rooms that are not the caller's any more and finds new ones; `known` are those followed when `hello` was said. */
  welcome(event: Welcome, known: ReadonlySet<number>, asked: ReadonlySet<number>): void;
  reset(roomId: number, head: number): void;
  clear(): void;
};

/** Follows nothing yet. */
export function createFollowing({ api, rooms, cursors, logs, people, marks }: FollowingOptions): Following {
  let isLoaded = false;
  let loading: Promise<void> | null = null;
  const refreshing = new Set<number>();
  /** Counts clears: what was asked for before one is another person's. */
  let era = 0;

  async function request(): Promise<void> {
    const began = era;
    const list = await api.rooms();
    if (began !== era) throw new ChatError('unavailable', 'Somebody else signed in meanwhile');
    isLoaded = true;
    for (const room of list) if (room.joined) following.follow(room);
  }

  async function requestRoom(roomId: number): Promise<void> {
    const began = era;
    const room = await api.room(roomId);
    if (began !== era || !rooms.has(roomId)) return;
    if (room.joined) following.follow(room);
    else following.unfollow(roomId);
  }

  function fetchAll(): Promise<void> {
    loading ??= request().finally(() => {
      loading = null;
    });
    return loading;
  }

  const following: Following = {
    async load() {
      if (!isLoaded) await fetchAll();
    },
    refresh: () => void fetchAll().catch(() => {}),
    refreshRoom(roomId) {
      if (refreshing.has(roomId)) return;
      refreshing.add(roomId);
      requestRoom(roomId)
        .catch(() => {})
        .finally(() => refreshing.delete(roomId));
    },
    follow(room) {
      rooms.put(room);
      if (cursors.after(room.id) !== undefined) return;
      cursors.add(room.id, room.head);
      logs.find(room.id)?.reset(room.head);
    },
    unfollow(roomId) {
      cursors.remove(roomId);
      rooms.remove(roomId);
      people.remove(roomId);
      marks.remove(roomId);
    },
    welcome({ rooms: joined, epoch }, known, asked) {
      const joinedIds = new Set(joined.map((room) => room.roomId));
      for (const roomId of known) if (!joinedIds.has(roomId)) following.unfollow(roomId);
      cursors.greeted(epoch, asked);
      people.stale();
      if (joined.some((room) => cursors.after(room.roomId) === undefined)) following.refresh();
    },
    reset(roomId, head) {
      cursors.reset(roomId, head);
      rooms.reset(roomId, head);
      marks.remove(roomId);
      people.stale(roomId);
      logs.find(roomId)?.reset(head);
      following.refreshRoom(roomId);
    },
    clear() {
      era++;
      isLoaded = false;
      loading = null;
      for (const part of [cursors, rooms, logs, people, marks]) part.clear();
    },
  };
  return following;
}
