/**
 * The part of the page's address that names a room, after `#`: its name, or `@` and the usernames of a direct room's other
 * people. If another room has the same name, `~` and the id follow.
 */
import type { Room } from '@banter/protocol';

/** The address of a room among the reader's `rooms`, with its `#`. */
export function addressOf(room: Room, rooms: readonly Room[], selfId: number): string {
  const name = nameOf(room, selfId);
  const isUnique =
    room.namesakeId === undefined &&
    !rooms.some((other) => other.id !== room.id && isNamed(other, name, selfId));
  return `#${name}${isUnique ? '' : `~${room.id}`}`;
}

/** The room that an address names among `rooms`, in any case; undefined for none. `hash` begins with `#`. */
export function roomAt(hash: string, rooms: readonly Room[], selfId: number): Room | undefined {
  const { name, id } = splitName(decoded(hash));
  return rooms.find((room) => isNamed(room, name, selfId) && (id === undefined || room.id === id));
}

/** The name and the id in `name~id`, without `#`; the id is undefined for a name alone. */
export function splitName(text: string): { name: string; id: number | undefined } {
  const [name = '', id] = text.split('~');
  return { name, id: id === undefined ? undefined : Number(id) };
}

/** The name in an address as a person reads it, without `#`. */
export function decoded(hash: string): string {
  const name = hash.replace(/^#/, '');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function isNamed(room: Room, name: string, selfId: number): boolean {
  return nameOf(room, selfId).toLowerCase() === name.toLowerCase();
}

function nameOf({ kind, name, people = [] }: Room, selfId: number): string {
  if (kind !== 'direct') return name;
  const others = people.filter(({ userId }) => userId !== selfId);
  const names = (others.length === 0 ? people : others).map(({ username }) => username);
  return `@${names.toSorted().join(',')}`;
}
