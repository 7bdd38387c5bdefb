/** Room names on the screen, and the order of rooms. */
import type { Room } from '@banter/protocol';
import { listNames, visibleName } from './format.ts';

type Named = Pick<Room, 'id' | 'name' | 'kind'> &
  Partial<Pick<Room, 'namesakeId'>> & { people?: Room['people'] | undefined };

/** `#name`, with `~` and the id if another room has the same name [C11]; or for a direct room the names of its other people. */
export function roomTitle(room: Named, selfId: number): string {
  return room.kind === 'direct' ? roomLabel(room, selfId) : `#${distinctName(room)}`;
}

/** The same without `#`, for lists of rooms. */
export function roomLabel(room: Named, selfId: number): string {
  if (room.kind !== 'direct') return distinctName(room);
  const others = (room.people ?? []).filter(({ userId }) => userId !== selfId);
  return others.length === 0 ? 'yourself' : listNames(others.map(({ username }) => visibleName(username)));
}

/** The name, or `name~id` for a room whose name another room has too: `deploys~7`. */
export function distinctName({ id, name, namesakeId }: Pick<Named, 'id' | 'name' | 'namesakeId'>): string {
  return namesakeId === undefined ? name : `${name}~${id}`;
}

/** Rooms in the order of their numbers: named rooms, then direct ones, each in the order of joining. */
export function inOrder(rooms: readonly Room[]): Room[] {
  return [...rooms.filter(({ kind }) => kind !== 'direct'), ...rooms.filter(({ kind }) => kind === 'direct')];
}
