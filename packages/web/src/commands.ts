/** The slash commands, as one table: the input obeys it, Tab completes from it, the help shows it. */
import type { Client } from '@banter/client';
import { ROOM_NAME_PATTERN, type Room } from '@banter/protocol';

import { visibleName } from './format.ts';
import { ROOM_NAME_HINT } from './name-rules.ts';

/** What a command may use. All that it prints is seen by this person only. */
export type CommandContext = {
  client: Client;
  /** The room in sight. */
  room: Room | null;
  openRoom(roomId: number): void;
  openJoin(filter: string): void;
  openHelp(): void;
  print(text: string): void;
  signOut(): Promise<void>;
};

export type SlashCommand = {
  name: string;
  aliases: readonly string[];
  /** What follows the name, for the help. */
  takes: string;
  does: string;
  /** @throws ChatError or UsageError: nothing was done, and the line stays in the input. */
  run(rest: string, context: CommandContext): Promise<void>;
};

/** The command was used wrongly; the message says how it is used. */
export class UsageError extends Error {}

/** What a line of input is. */
export type ParsedLine =
  | { kind: 'message'; content: string }
  | { kind: 'command'; command: SlashCommand; rest: string }
  | { kind: 'unknown'; name: string; suggestion: string | null };

export const COMMANDS: readonly SlashCommand[] = [
  { name: 'join', aliases: ['j'], takes: '#room', does: 'join a room', run: join },
  { name: 'create', aliases: [], takes: '#room [topic]', does: 'create a room', run: create },
  {
    name: 'part',
    aliases: ['leave', 'p'],
    takes: '[#room]',
    does: 'leave this room, or another one',
    run: part,
  },
  { name: 'list', aliases: ['rooms'], takes: '[text]', does: 'rooms one can join', run: list },
  { name: 'topic', aliases: ['t'], takes: '[text]', does: 'show or set the topic', run: topic },
  { name: 'names', aliases: ['who'], takes: '', does: 'who is in this room', run: names },
  { name: 'help', aliases: ['h', '?'], takes: '', does: 'keys and commands', run: help },
  { name: 'logout', aliases: ['quit'], takes: '', does: 'sign out', run: logout },
];

/** A line beginning with `/` is a command, `//` sends one slash; everything else is a message. */
export function parseLine(line: string): ParsedLine {
  if (line.startsWith('//')) return { kind: 'message', content: line.slice(1) };
  const match = /^\/(\S*)\s*([\s\S]*)$/.exec(line);
  if (match === null) return { kind: 'message', content: line };
  const [, name = '', rest = ''] = match;
  const command = findCommand(name);
  if (command !== undefined) return { kind: 'command', command, rest: rest.trim() };
  return { kind: 'unknown', name, suggestion: nearestName(name) };
}

/** The line that answers an unknown command. */
export function unknownText(name: string, suggestion: string | null): string {
  const hint = suggestion === null ? 'F1 lists them.' : `did you mean /${suggestion}?`;
  return `unknown command /${visibleName(name)}, ${hint} Nothing was sent.`;
}

function findCommand(name: string): SlashCommand | undefined {
  const wanted = name.toLowerCase();
  return COMMANDS.find((command) => command.name === wanted || command.aliases.includes(wanted));
}

async function join(rest: string, { client, openRoom, openJoin }: CommandContext): Promise<void> {
  const name = roomName(rest, '/join #room');
  const known = await client.api.rooms();
  const room = known.find((each) => each.name.toLowerCase() === name.toLowerCase());
  // No such room: the panel offers to create it.
  if (room === undefined) return openJoin(name);
  openRoom((await client.joinRoom(room.id)).id);
}

async function create(rest: string, { client, openRoom }: CommandContext): Promise<void> {
  const [first = '', ...words] = rest.split(/\s+/);
  const name = roomName(first, '/create #room [topic]');
  const about = words.join(' ');
  openRoom((await client.createRoom(about === '' ? { name } : { name, topic: about })).id);
}

async function part(rest: string, { client, room, print }: CommandContext): Promise<void> {
  const left = rest === '' ? room : joinedRoom(client, roomName(rest, '/part [#room]'));
  if (left === null) throw new UsageError('You are in no such room.');
  await client.leaveRoom(left.id);
  print(`You left #${left.name}. /join #${left.name} to return.`);
}

async function list(rest: string, { openJoin }: CommandContext): Promise<void> {
  openJoin(rest.replace(/^#/, ''));
}

async function topic(rest: string, { client, room, print }: CommandContext): Promise<void> {
  if (room === null) throw new UsageError('Open a room first.');
  if (rest !== '') await client.api.updateRoom(room.id, { topic: rest });
  else print(room.topic === '' ? `#${room.name} has no topic.` : `Topic of #${room.name}: ${room.topic}`);
}

async function names(_rest: string, { client, room, print }: CommandContext): Promise<void> {
  if (room === null) throw new UsageError('Open a room first.');
  const people = client.people(room.id);
  const named = (state: string) => people.filter((each) => each.state === state).map((each) => each.username);
  print(`Here: ${named('online').join(', ') || 'nobody'}. Away: ${named('offline').join(', ') || 'nobody'}.`);
}

async function help(_rest: string, { openHelp }: CommandContext): Promise<void> {
  openHelp();
}

async function logout(_rest: string, { signOut }: CommandContext): Promise<void> {
  await signOut();
}

function roomName(raw: string, usage: string): string {
  const name = raw.replace(/^#/, '');
  if (name === '') throw new UsageError(`Which room? ${usage}`);
  if (!ROOM_NAME_PATTERN.test(name)) throw new UsageError(`A room's name has ${ROOM_NAME_HINT}.`);
  return name;
}

function joinedRoom(client: Client, name: string): Room | null {
  return client.rooms.find((room) => room.name.toLowerCase() === name.toLowerCase()) ?? null;
}

/** The command that is at most two changed letters away. */
function nearestName(name: string): string | null {
  const names = COMMANDS.flatMap((command) => [
    command.name,
    ...command.aliases.filter((alias) => alias.length > 2),
  ]);
  const ranked = names
    .map((each) => ({ each, distance: editDistance(name.toLowerCase(), each) }))
    .toSorted((first, second) => first.distance - second.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= 2 ? best.each : null;
}

/** Levenshtein's: how many letters must be put in, taken out or changed. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, char] of Array.from(from).entries()) {
    const next = [line + 1];
    for (let index = 0; index < to.length; index++) {
      const change = (row[index] ?? 0) + (char === to[index] ? 0 : 1);
      next.push(Math.min(change, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
