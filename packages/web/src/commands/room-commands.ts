/** Commands about rooms. */
import type { Client } from '@banter/client';
import type { Room } from '@banter/protocol';
import {
  type CommandContext,
  firstWord,
  openRoomOf,
  roomName,
  type SlashCommand,
  UsageError,
} from './command.ts';

export const ROOM_COMMANDS: readonly SlashCommand[] = [
  { name: 'join', aliases: ['j'], takes: '#room', does: 'join a room', run: join },
  { name: 'create', aliases: [], takes: '#room [topic]', does: 'create a room', run: create },
  { name: 'closed', aliases: [], takes: '#room [topic]', does: 'one by invitation', run: createClosed },
  { name: 'part', aliases: ['leave', 'p'], takes: '[#room]', does: 'leave a room', run: part },
  { name: 'list', aliases: ['rooms'], takes: '[text]', does: 'rooms one can join', run: list },
  { name: 'topic', aliases: ['t'], takes: '[text]', does: 'show or set the topic', run: topic },
  { name: 'joins', aliases: [], takes: 'show | hide', does: 'who comes and goes', run: joins },
  { name: 'rename', aliases: [], takes: '#name', does: 'rename this room', run: rename },
];

async function join(rest: string, { client, openRoom, openDialog }: CommandContext): Promise<void> {
  const name = roomName(rest, '/join #room');
  const known = await client.api.rooms();
  const room = known.find((each) => each.name.toLowerCase() === name.toLowerCase());
  // No such room: the panel offers to create it.
  if (room === undefined) return openDialog({ name: 'join', filter: name });
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
  const name = roomName(first, kind === 'open' ? '/create #room [topic]' : '/closed #room [topic]');
  const input = { name, ...(kind === 'open' ? {} : { kind }), ...(topic === '' ? {} : { topic }) };
  context.openRoom((await context.client.createRoom(input)).id);
}

async function part(rest: string, { client, room, print }: CommandContext): Promise<void> {
  const left = rest === '' ? room : joinedRoom(client, roomName(rest, '/part [#room]'));
  if (left === null) throw new UsageError('You are in no such room.');
  await client.leaveRoom(left.id);
  print(leftText(left));
}

/** What one has left, and how one comes back. */
function leftText({ kind, name }: Room): string {
  if (kind === 'direct') return 'You left.';
  if (kind === 'closed') return `You left #${name}. To return, be invited again.`;
  return `You left #${name}. /join #${name} to return.`;
}

async function list(rest: string, { openDialog }: CommandContext): Promise<void> {
  openDialog({ name: 'join', filter: rest.replace(/^#/, '') });
}

async function topic(rest: string, context: CommandContext): Promise<void> {
  const room = openRoomOf(context);
  if (rest !== '') await context.client.api.updateRoom(room.id, { topic: rest });
  else
    context.print(
      room.topic === '' ? `#${room.name} has no topic.` : `Topic of #${room.name}: ${room.topic}`,
    );
}

async function joins(rest: string, context: CommandContext): Promise<void> {
  const room = openRoomOf(context);
  if (rest !== 'show' && rest !== 'hide') throw new UsageError('Show or hide? /joins hide');
  await context.client.api.setRoomSettings(room.id, { hideJoins: rest === 'hide' });
  context.print(
    rest === 'hide' ? 'You see no more who comes and goes here.' : 'You see who comes and goes here.',
  );
}

async function rename(rest: string, context: CommandContext): Promise<void> {
  const room = openRoomOf(context);
  await context.client.api.updateRoom(room.id, { name: roomName(rest, '/rename #name') });
}

function joinedRoom(client: Client, name: string): Room | null {
  return client.rooms.find((room) => room.name.toLowerCase() === name.toLowerCase()) ?? null;
}
