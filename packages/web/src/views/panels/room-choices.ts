/** What the panel "join or create" offers for what was typed into its filter. Pure. */
import { ROOM_NAME_PATTERN, type Room } from '@banter/protocol';

export type RoomChoice =
  | { kind: 'open'; room: Room }
  | { kind: 'join'; room: Room }
  | { kind: 'create'; name: string };

/** Rooms whose name or topic holds `filter`, those one is not in first, the largest first; and a new one, if the name is free. */
export function roomChoices(rooms: readonly Room[], filter: string): RoomChoice[] {
  const wanted = filter.trim().replace(/^#/, '').toLowerCase();
  const fitting = rooms.filter(
    // A direct room has no name to choose it by.
    (room) => room.kind !== 'direct' && `${room.name} ${room.topic}`.toLowerCase().includes(wanted),
  );
  const choices: RoomChoice[] = fitting
    .toSorted((first, second) => rank(second, wanted) - rank(first, wanted) || second.members - first.members)
    .map((room) => ({ kind: room.joined ? 'open' : 'join', room }));
  const isTaken = rooms.some((room) => room.name.toLowerCase() === wanted);
  const name = filter.trim().replace(/^#/, '');
  return isTaken || !ROOM_NAME_PATTERN.test(name) ? choices : [...choices, { kind: 'create', name }];
}

function rank(room: Room, wanted: string): number {
  const name = room.name.toLowerCase();
  const fit = name === wanted ? 4 : name.startsWith(wanted) ? 2 : 0;
  return fit + (room.joined ? 0 : 1);
}
