/** The code of the commands for rooms. */
import type { Client } from '@banter/client';
import type { Room } from '@banter/protocol';
import { roomNamed } from '../page/names/room-named.ts';
import { splitName } from '../text/room-address.ts';
import { distinctName } from '../text/room-title.ts';
import {
  type CommandContext,
  CommandError,
  firstWord,
  requireRoom,
  roomName,
  roomNameOrId,
  UsageError,
} from './command.ts';
import type { Run } from './later.ts';

/** The code of each command, by its name in the table. */
export const ROOM_ACTS = { join, create, createClosed, part, list, topic, joins, rename } satisfies Record<
  string,
  Run
>;

async function join(rest: string, context: CommandContext): Promise<void> {
  const { client, formerRoom, openRoom, openDialog } = context;
  if (rest === '' && formerRoom !== null) return openRoom((await client.joinRoom(formerRoom.id)).id);
  const name = roomNameOrId(rest);
  const room = await roomNamed(client, name);
  // The panel offers to create a room that does not exist, and tells rooms with one name apart.
  if (room === undefined) return openDialog({ name: 'join', filter: splitName(name).name });
  openRoom((await client.joinRoom(room.id)).id);
}

async function create(rest: string, context: CommandContext): Promise<void> {
  await createRoom(rest, 'open', context);
}

async function createClosed(rest: string, context: CommandContext): Promise<void> {
  await createRoom(rest, 'closed', context);
}

async function createRoom(rest: string, kind: 'open' | 'closed', context: CommandContext): Promise<void> {
  const [first, topic] = firstWord(rest);
  const name = roomName(first);
  const input = { name, ...(kind === 'open' ? {} : { kind }), ...(topic === '' ? {} : { topic }) };
  context.openRoom((await context.client.createRoom(input)).id);
}

async function part(rest: string, context: CommandContext): Promise<void> {
  const { client, print, formerRoom, closeRoom } = context;
  if (rest === '' && formerRoom !== null) return closeRoom(formerRoom.id);
  const left = rest === '' ? requireRoom(context) : joinedRoom(client, roomNameOrId(rest));
  if (left === null) throw new CommandError("You aren't in that room.");
  await client.leaveRoom(left.id);
  closeRoom(left.id);
  print(leftText(left));
}

/** The room that was left, and how to return to it. */
function leftText(room: Room): string {
  const { kind } = room;
  const name = distinctName(room);
  if (kind === 'direct') return 'You left the direct room.';
  if (kind === 'closed') return `You left #${name}. You need an invitation to return.`;
  return `You left #${name}. /join #${name} to return.`;
}

async function list(rest: string, { openDialog }: CommandContext): Promise<void> {
  openDialog({ name: 'join', filter: rest.replace(/^#/, '') });
}

async function topic(rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  if (room.kind === 'direct') throw new CommandError('A direct room has no topic. Its people are its name.');
  if (rest !== '') await context.client.api.updateRoom(room.id, { topic: rest });
  else
    context.print(
      room.topic === ''
        ? `#${distinctName(room)} has no topic.`
        : `Topic of #${distinctName(room)}: ${room.topic}`,
    );
}

async function joins(rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  if (rest !== 'show' && rest !== 'hide') throw new UsageError();
  const isHiding = rest === 'hide';
  await context.client.api.setRoomSettings(room.id, { hideJoins: isHiding });
  context.print(`Joins and leaves are now ${isHiding ? 'hidden' : 'shown'} in this room.`);
}

async function rename(rest: string, context: CommandContext): Promise<void> {
  const room = requireRoom(context);
  if (room.kind === 'direct') throw new CommandError('A direct room has no name but those of its people.');
  await context.client.api.updateRoom(room.id, { name: roomName(rest) });
}

/** The joined room with that name or `name~id`; null for none. @throws CommandError for two. */
function joinedRoom(client: Client, text: string): Room | null {
  const { name, id } = splitName(text);
  const found = client.rooms.filter(
    (room) => room.name.toLowerCase() === name.toLowerCase() && (id ?? room.id) === room.id,
  );
  if (found.length > 1) {
    const names = found.map((room) => `#${distinctName(room)}`).join(' and ');
    throw new CommandError(`You are in ${names}. Add the number after ~.`);
  }
  return found[0] ?? null;
}
