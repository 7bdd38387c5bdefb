/** The table of slash commands. The input runs them, Tab completes them and the help lists them. */
import { commandIn, unescaped } from '../text/slash.ts';
import { ACCOUNT_COMMANDS } from './account-commands.ts';
import type { CommandContext, SlashCommand } from './command.ts';
import { MESSAGE_COMMANDS } from './message-commands.ts';
import { MODERATION_COMMANDS } from './moderation-commands.ts';
import { PEOPLE_COMMANDS } from './people-commands.ts';
import { REQUEST_COMMANDS } from './request-commands.ts';
import { ROOM_COMMANDS } from './room-commands.ts';

/** A line of input: a message, a command, or an unknown command. */
export type ParsedLine =
  | { kind: 'message'; content: string }
  | { kind: 'command'; command: SlashCommand; rest: string }
  | { kind: 'unknown'; name: string };

const PAGE_COMMANDS: readonly SlashCommand[] = [
  { name: 'search', aliases: ['s'], args: 'words', run: search },
  { name: 'help', aliases: ['h', '?'], args: '[command]', run: help },
];

/** All commands, in the groups of the help. */
export const COMMAND_GROUPS: readonly { name: string; commands: readonly SlashCommand[] }[] = [
  { name: 'rooms', commands: [...ROOM_COMMANDS, ...REQUEST_COMMANDS] },
  { name: 'messages', commands: MESSAGE_COMMANDS },
  { name: 'people', commands: PEOPLE_COMMANDS },
  { name: 'moderators', commands: MODERATION_COMMANDS },
  { name: 'account', commands: ACCOUNT_COMMANDS },
  { name: 'page', commands: PAGE_COMMANDS },
];

/** All commands. */
export const COMMANDS: readonly SlashCommand[] = COMMAND_GROUPS.flatMap(({ commands }) => commands);

/** Loads what commands do, so that they also run while the server is out of reach. */
export function warmCommands(): void {
  // A failure is reported when such a command runs.
  const acts = [import('./people-acts.ts'), import('./room-acts.ts'), import('./account-acts.ts')];
  for (const loading of acts) loading.catch(() => undefined);
}

/**
 * Parses a line: `/` starts a command, `//` and a word a message with one slash, anything else is a message. So is a first
 * word with another slash, such as `/etc/hosts`.
 */
export function parseLine(line: string): ParsedLine {
  const found = commandIn(line);
  if (found === null) return { kind: 'message', content: unescaped(line) };
  const name = found.name.normalize('NFKC');
  const command = findCommand(name);
  return command === undefined
    ? { kind: 'unknown', name }
    : { kind: 'command', command, rest: found.rest.trim() };
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
  const { explained } = await import('./unknown.ts');
  print(explained(name, findCommand(name), COMMANDS));
}
