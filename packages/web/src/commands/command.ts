/** The types and helpers that all slash commands share. */
import type { Client } from '@banter/client';
import { ROOM_NAME_PATTERN, type Room } from '@banter/protocol';
import type { Page } from '../page/page.ts';
import type { Dialog } from '../page/view.ts';
import { ROOM_NAME_RULE } from '../text/name-rules.ts';

/** Everything that a command may use. */
export type CommandContext = {
  page: Page;
  client: Client;
  /** The room in which the command was entered; null without one. */
  room: Room | null;
  /** The room in which the command was entered, if the person is no longer in it; null otherwise. */
  formerRoom: Room | null;
  /** Opens a room that the person is in, unless they began to write in the open one since the command was entered. */
  openRoom(roomId: number): void;
  /** Closes a room that the person left, unless they began to write in it. */
  closeRoom(roomId: number): void;
  /** Opens a panel. */
  openDialog(dialog: Dialog): void;
  /** Prints a line that only this person sees. */
  print(text: string): void;
  /** Sends an action to the room. */
  sendAction(text: string): void;
  /** Ends the session on this device. */
  signOut(): Promise<void>;
};

/** A row of the table of commands. */
export type SlashCommand = {
  name: string;
  aliases: readonly string[];
  /** The arguments, as help and usage show them; empty for none. Brackets mark optional ones. */
  args: string;
  /**
   * Runs the command with the text after its name.
   * @throws UsageError, CommandError or ChatError: nothing was done, and the line goes back to the input.
   */
  run(rest: string, context: CommandContext): Promise<void>;
};

/** An argument is missing or malformed: the page prints the command's usage. */
export class UsageError extends Error {}

/** The command can't run. The message says why. */
export class CommandError extends Error {}

/** `Usage: /kick name [reason]` */
export function usageText({ name, args }: Pick<SlashCommand, 'name' | 'args'>): string {
  return `Usage: /${name} ${args}`.trimEnd();
}

/** The room in which the command was entered. @throws CommandError without one. */
export function requireRoom({ room, formerRoom }: CommandContext): Room {
  if (formerRoom !== null) throw new CommandError("You aren't in this room any more.");
  if (room === null) throw new CommandError('Open a room first.');
  return room;
}

/** The name in `#name` or `name`. @throws UsageError when it is missing, CommandError when it is invalid. */
export function roomName(raw: string): string {
  const name = raw.replace(/^#/, '');
  if (name === '') throw new UsageError();
  if (!ROOM_NAME_PATTERN.test(name)) throw new CommandError(ROOM_NAME_RULE);
  return name;
}

/** As roomName, for a room that exists, of which the id may follow: `#name~7`. */
export function roomNameOrId(raw: string): string {
  const [, name = raw, id = ''] = /^(.*?)(~[0-9]+)?$/.exec(raw) ?? [];
  return roomName(name) + id;
}

/** The first word, and the text after it. */
export function firstWord(text: string): [word: string, rest: string] {
  const match = /^(\S*)\s*([\s\S]*)$/.exec(text);
  return [match?.[1] ?? '', match?.[2] ?? ''];
}
