/** What a slash command is, and what all of them share. */
import type { Client } from '@banter/client';
import { ROOM_NAME_PATTERN, type Room } from '@banter/protocol';
import type { Page } from '../page/page.ts';
import type { Dialog } from '../page/view.ts';
import { ROOM_NAME_HINT } from '../text/name-rules.ts';

/** What a command may use. All that it prints is seen by this person only. */
export type CommandContext = {
  page: Page;
  client: Client;
  /** The room that the command was entered in. */
  room: Room | null;
  openRoom(roomId: number): void;
  openDialog(dialog: Dialog): void;
  print(text: string): void;
  /** Sends an action to the room in sight. */
  sendAction(text: string): void;
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

/** The room in sight. @throws UsageError when there is none. */
export function openRoomOf({ room }: CommandContext): Room {
  if (room === null) throw new UsageError('Open a room first.');
  return room;
}

/** The name in `#name` or `name`. @throws UsageError */
export function roomName(raw: string, usage: string): string {
  const name = raw.replace(/^#/, '');
  if (name === '') throw new UsageError(`Which room? ${usage}`);
  if (!ROOM_NAME_PATTERN.test(name)) throw new UsageError(`A room's name has ${ROOM_NAME_HINT}.`);
  return name;
}

/** The first word, and all behind it. */
export function firstWord(rest: string): [word: string, behind: string] {
  const match = /^(\S*)\s*([\s\S]*)$/.exec(rest);
  return [match?.[1] ?? '', match?.[2] ?? ''];
}
