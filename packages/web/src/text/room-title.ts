/** What a room is called on the screen. */
import type { Room } from '@banter/protocol';
import { listNames, visibleName } from './format.ts';

type Named = Pick<Room, 'name' | 'kind'> & { people?: Room['people'] | undefined };

/** `#name`; a direct room has none, and is called by who else is in it. */
export function roomTitle(room: Named, selfId: number): string {
  return room.kind === 'direct' ? roomLabel(room, selfId) : `#${room.name}`;
}

/** The same without `#`, for where all are rooms. */
export function roomLabel(room: Named, selfId: number): string {
  if (room.kind !== 'direct') return room.name;
  const others = (room.people ?? []).filter(({ userId }) => userId !== selfId);
  return others.length === 0 ? 'yourself' : listNames(others.map(({ username }) => visibleName(username)));
}

/** Rooms as they are numbered: first those with a name, then the direct ones, each in the order of joining. */
export function inOrder(rooms: readonly Room[]): Room[] {
  return [...rooms.filter(({ kind }) => kind !== 'direct'), ...rooms.filter(({ kind }) => kind === 'direct')];
}
