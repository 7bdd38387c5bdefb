/** The choices of the panel "join or create". Pure. */
import { withNamesakes } from '@banter/client';
import { ROOM_NAME_PATTERN, type Room } from '@banter/protocol';

/** A room to open, join or create. */
export type RoomChoice =
  | { kind: 'open'; room: Room }
  | { kind: 'join'; room: Room }
  | { kind: 'create'; name: string };

/**
 * The choices for a text. First the rooms whose name or topic contains it: best match first, rooms to join before joined
 * ones (after them if they have the same name), large before small. Last, a new room if the name is valid and free.
 */
export function roomChoices(found: readonly Room[], filter: string): RoomChoice[] {
  const rooms = withNamesakes(found);
  const wanted = filter.trim().replace(/^#/, '').toLowerCase();
  const matching = rooms.filter(
    // Direct rooms have no name to filter by.
    (room) => room.kind !== 'direct' && `${room.name} ${room.topic}`.toLowerCase().includes(wanted),
  );
  const choices: RoomChoice[] = matching
    .toSorted((first, second) => rank(second, wanted) - rank(first, wanted) || second.members - first.members)
    .map((room) => ({ kind: room.joined ? 'open' : 'join', room }));
  const isTaken = rooms.some((room) => room.name.toLowerCase() === wanted);
  const name = filter.trim().replace(/^#/, '');
  return isTaken || !ROOM_NAME_PATTERN.test(name) ? choices : [...choices, { kind: 'create', name }];
}

function rank(room: Room, wanted: string): number {
  const name = room.name.toLowerCase();
  const fit = name === wanted ? 4 : name.startsWith(wanted) ? 2 : 0;
  // Among rooms with one name, the reader's own comes first.
  const isEarly = room.namesakeId === undefined ? !room.joined : room.joined;
  return fit + (isEarly ? 1 : 0);
}
