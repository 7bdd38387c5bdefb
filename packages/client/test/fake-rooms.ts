/** The rooms of the fake server, in which two people are members. */
import type { Member, Room, RoomEvent, User } from '@banter/protocol';

/** The person who uses the client. */
export const ME: User = { id: 1, username: 'juno' };
/** Another member of every room. */
export const MIRA: User = { id: 2, username: 'mira' };
/** The time of everything that happens on the fake server. */
export const SERVER_AT = '2026-01-01T00:00:00.000Z';

/** An event without the fields that the log adds. */
export type Fact = RoomEvent extends infer E
  ? E extends RoomEvent
    ? Omit<E, 'roomId' | 'seq' | 'at'>
    : never
  : never;

/** A room, its events, its members, and the read mark of ME. */
export type FakeRoom = { room: Room; log: RoomEvent[]; members: Member[]; mark: number };

/** Creates an empty open room. */
export function createFakeRoom(id: number, name: string, joined: boolean): FakeRoom {
  const room: Room = {
    ...{ id, name, kind: 'open', topic: '', joined, head: 0, unread: 0, mentions: 0, members: 2 },
    createdAt: SERVER_AT,
    ...(joined ? { role: 'member' as const } : {}),
  };
  const members: Member[] = [ME, MIRA].map((user) => ({
    userId: user.id,
    username: user.username,
    role: 'member',
    state: 'online',
  }));
  return { room, log: [], members, mark: 0 };
}
