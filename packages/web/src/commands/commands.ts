/** The table of slash commands. The input runs them, Tab completes them and the help lists them. */
import { visibleName } from '../text/format.ts';
import { ACCOUNT_COMMANDS } from './account-commands.ts';
import { type CommandContext, CommandError, type SlashCommand } from './command.ts';
import { MESSAGE_COMMANDS } from './message-commands.ts';
import { MODERATION_COMMANDS } from './moderation-commands.ts';
import { PEOPLE_COMMANDS } from './people-commands.ts';
import { ROOM_COMMANDS } from './room-commands.ts';

/** A line of input: a message, a command, or an unknown command with the nearest known name. */
export type ParsedLine =
  | { kind: 'message'; content: string }
  | { kind: 'command'; command: SlashCommand; rest: string }
  | { kind: 'unknown'; name: string; suggestion: string | null };

const PAGE_COMMANDS: readonly SlashCommand[] = [
  { name: 'search', aliases: ['s'], args: 'words', does: 'search messages', run: search },
  { name: 'help', aliases: ['h', '?'], args: '[command]', does: 'show this help', run: help },
];

/** All commands, in the groups of the help. */
export const COMMAND_GROUPS: readonly { name: string; commands: readonly SlashCommand[] }[] = [
  { name: 'rooms', commands: ROOM_COMMANDS },
  { name: 'messages', commands: MESSAGE_COMMANDS },
  { name: 'people', commands: PEOPLE_COMMANDS },
  { name: 'moderators', commands: MODERATION_COMMANDS },
  { name: 'account', commands: ACCOUNT_COMMANDS },
  { name: 'page', commands: PAGE_COMMANDS },
];

/** All commands. */
export const COMMANDS: readonly SlashCommand[] = COMMAND_GROUPS.flatMap(({ commands }) => commands);

/**
 * Parses a line: `/` starts a command, `//` a message with one slash, anything else is a message. So is a first word with
 * another slash, such as `/etc/hosts`.
 */
export function parseLine(line: string): ParsedLine {
  if (line.startsWith('//')) return { kind: 'message', content: line.slice(1) };
  const match = /^\/([^\s/]*)(?:\s+([\s\S]*))?$/.exec(line);
  if (match === null) return { kind: 'message', content: line };
  const [, name = '', rest = ''] = match;
  const command = findCommand(name);
  if (command !== undefined) return { kind: 'command', command, rest: rest.trim() };
  return { kind: 'unknown', name, suggestion: nearestName(name) };
}

/** The answer to an unknown command. It does not repeat the arguments, which may be secret. */
export function unknownText(name: string, suggestion: string | null): string {
  const hint = suggestion === null ? 'F1 lists all commands.' : `Did you mean /${suggestion}?`;
  return `Unknown command /${visibleName(name)}. ${hint} Nothing was sent. To send it as text, begin with //.`;
}

function findCommand(name: string): SlashCommand | undefined {
  const wanted = name.toLowerCase();
  return COMMANDS.find((command) => command.name === wanted || command.aliases.includes(wanted));
}

async function search(rest: string, { openDialog }: CommandContext): Promise<void> {
  openDialog({ name: 'search', query: rest });
}

/** Shows all keys and commands, or prints what one command does. */
async function help(rest: string, { openDialog, print }: CommandContext): Promise<void> {
  if (rest === '') return openDialog({ name: 'help' });
  const name = rest.replace(/^\//, '').toLowerCase();
  const command = findCommand(name);
  if (command === undefined) throw new CommandError(helplessText(name));
  const { args, does, aliases } = command;
  const others = aliases.length === 0 ? '' : ` Also: /${aliases.join(', /')}.`;
  print(`${`/${command.name} ${args}`.trimEnd()}: ${does}.${others}`);
}

function helplessText(name: string): string {
  const near = nearestName(name);
  return near === null ? 'No such command. F1 lists all.' : `No such command. Did you mean /${near}?`;
}

/** Names that other chats have for commands of ours. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['set', 'account'],
  ['settings', 'account'],
  ['config', 'account'],
  ['preferences', 'account'],
  ['block', 'ignore'],
  ['channels', 'list'],
  ['exit', 'quit'],
  ['disconnect', 'quit'],
  ['pm', 'msg'],
  ['tell', 'msg'],
  ['users', 'names'],
]);

/** Words up to this length are near only if one letter differs: among short words, most are two letters apart. */
const SHORT_CHARS = 3;

/** The command or alias that was probably meant: at most two letters away, or one in a short word; null for none. */
function nearestName(name: string): string | null {
  const meant = ELSEWHERE.get(name.toLowerCase());
  if (meant !== undefined) return meant;
  const farthest = name.length > SHORT_CHARS ? 2 : 1;
  const names = COMMANDS.flatMap((command) => [
    command.name,
    ...command.aliases.filter((alias) => alias.length > 2),
  ]);
  const ranked = names
    .map((each) => ({ each, distance: editDistance(name.toLowerCase(), each) }))
    .toSorted((first, second) => first.distance - second.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= farthest ? best.each : null;
}

/** Levenshtein distance: the number of letters to insert, delete or change. */
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
