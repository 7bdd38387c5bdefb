/** Rooms that have equal names [C11]. */
import type { Room } from '@banter/protocol';

/** Returns the rooms. Each that has the name of another one gets its id as `namesakeId`, unless the server has set it. */
export function withNamesakes(rooms: readonly Room[]): Room[] {
  const idsByName = new Map<string, number[]>();
  for (const { id, name } of rooms) {
    const ids = idsByName.get(name.toLowerCase());
    if (ids === undefined) idsByName.set(name.toLowerCase(), [id]);
    else ids.push(id);
  }
  return rooms.map((room) => {
    if (room.kind === 'direct' || room.namesakeId !== undefined) return room;
    const namesakeId = idsByName.get(room.name.toLowerCase())?.find((id) => id !== room.id);
    return namesakeId === undefined ? room : { ...room, namesakeId };
  });
}
