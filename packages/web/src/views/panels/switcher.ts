/** The choices of the switcher (Ctrl+K): rooms, people, commands. Pure. */
import type { Room } from '@banter/protocol';
import type { SlashCommand } from '../../commands/command.ts';
import { isNamed, type Named } from '../../text/name-match.ts';
import { roomLabel } from '../../text/room-title.ts';

/** A place to go to. */
export type SwitchChoice =
  | { kind: 'room'; room: Room; label: string; number: number }
  | { kind: 'person'; username: string; displayName: string }
  | { kind: 'command'; command: SlashCommand };

/** Everything that can be chosen. */
export type SwitchSource = {
  /** The reader's rooms, in the order of their numbers. */
  rooms: readonly Room[];
  /** Likeliest first. A person may appear twice. */
  people: readonly (Named & { userId: number })[];
  commands: readonly SlashCommand[];
  selfId: number;
  openId: number | undefined;
};

/** Most choices shown. */
const CHOICES_MAX = 12;

/** The choices that match `filter`, likeliest first. For an empty one, rooms with new messages, then the others. */
export function switchChoices(source: SwitchSource, filter: string): SwitchChoice[] {
  const wanted = filter
    .trim()
    .replace(/^[#@/]/, '')
    .toLowerCase();
  const rooms = source.rooms
    .map((room, index) => ({
      kind: 'room' as const,
      room,
      label: roomLabel(room, source.selfId),
      number: index + 1,
    }))
    .filter(({ label, number }) => label.toLowerCase().includes(wanted) || String(number) === wanted)
    .toSorted((first, second) => rank(second, wanted, source.openId) - rank(first, wanted, source.openId));
  if (wanted === '' && filter.trim() === '') return rooms.slice(0, CHOICES_MAX);
  const people = peopleFound(source, wanted);
  const commands = source.commands
    .filter(({ name, aliases }) => [name, ...aliases].some((each) => each.startsWith(wanted)))
    .map((command) => ({ kind: 'command' as const, command }));
  const bySign = { '#': rooms, '@': people, '/': commands }[filter.trim().charAt(0)];
  return (bySign ?? [...rooms, ...people, ...commands]).slice(0, CHOICES_MAX);
}

function peopleFound({ people, selfId }: SwitchSource, wanted: string): SwitchChoice[] {
  const found = new Map(people.map((person) => [person.userId, person]));
  found.delete(selfId);
  return [...found.values()]
    .filter((person) => isNamed(person, wanted) || person.username.toLowerCase().includes(wanted))
    .map(({ username, displayName = '' }) => ({ kind: 'person', username, displayName }));
}

function rank(
  { room, label, number }: { room: Room; label: string; number: number },
  wanted: string,
  openId?: number,
): number {
  if (wanted === '')
    return (room.mentions > 0 ? 4 : 0) + (room.unread > 0 ? 2 : 0) - (room.id === openId ? 8 : 0);
  if (String(number) === wanted) return 16;
  return label.toLowerCase().startsWith(wanted) ? 1 : 0;
}
