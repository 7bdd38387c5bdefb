/** Room names on the screen, and the order of rooms. */
import type { Room } from '@banter/protocol';
import { listNames, visibleName } from './format.ts';

type Named = Pick<Room, 'name' | 'kind'> & { people?: Room['people'] | undefined };

/** `#name`, or for a direct room the names of its other people. */
export function roomTitle(room: Named, selfId: number): string {
  return room.kind === 'direct' ? roomLabel(room, selfId) : `#${room.name}`;
}

/** The same without `#`, for lists of rooms. */
export function roomLabel(room: Named, selfId: number): string {
  if (room.kind !== 'direct') return room.name;
  const others = (room.people ?? []).filter(({ userId }) => userId !== selfId);
  return others.length === 0 ? 'yourself' : listNames(others.map(({ username }) => visibleName(username)));
}

/** Rooms in the order of their numbers: named rooms, then direct ones, each in the order of joining. */
export function inOrder(rooms: readonly Room[]): Room[] {
  return [...rooms.filter(({ kind }) => kind !== 'direct'), ...rooms.filter(({ kind }) => kind === 'direct')];
}
