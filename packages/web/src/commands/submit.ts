/** Submits lines of input: sends a message, runs a command, or leaves the line in the input. */
import type { SendAbout } from '@banter/client';
import { MENTIONS_MAX } from '@banter/protocol';
import type { Edit } from '../input/composing.ts';
import { printLocal } from '../page/local-lines.ts';
import { saveEdit } from '../page/message-actions.ts';
import { openAfterward, watchWriting } from '../page/opening.ts';
import type { Page } from '../page/page.ts';
import { signOut } from '../page/sign-out.ts';
import { problemText } from '../text/problem.ts';
import { CommandError, type SlashCommand, UsageError, usageText } from './command.ts';
import { COMMANDS, parseLine } from './commands.ts';

const NO_ROOM = "Nothing was sent: you aren't in a room. /list shows the rooms you can join.";
const NO_COMMAND =
  "Nothing was done: you're editing a message. Esc cancels the edit. Type // to start a text with a slash.";

const NOT_IN_ROOM = "Nothing was sent: you aren't in this room any more. Your text stays here.";

/** Submits a line that was entered in a room. Resolves to false when it was rejected; the reason is printed. */
export async function submitLine(page: Page, line: string, roomId: number): Promise<boolean> {
  const parsed = parseLine(line);
  const composing = page.view.composing.of(roomId);
  if (composing?.kind === 'edit') {
    if (parsed.kind !== 'message') return refuse(page, NO_COMMAND);
    if (!isIn(page, roomId)) return refuse(page, NOT_IN_ROOM);
    return trySave(page, roomId, composing, { line, content: parsed.content });
  }
  switch (parsed.kind) {
    case 'message':
      return trySend(page, roomId, parsed.content);
    case 'unknown':
      return refuse(page, await unknownCommandText(parsed.name));
    case 'command':
      return runCommand(page, roomId, parsed.command, parsed.rest);
  }
}

async function unknownCommandText(name: string): Promise<string> {
  try {
    const { nearestName, unknownText } = await import('./unknown.ts');
    return unknownText(name, nearestName(name, COMMANDS));
  } catch {
    return 'Unknown command. Nothing was sent.';
  }
}

async function trySave(
  page: Page,
  roomId: number,
  edit: Edit,
  text: { line: string; content: string },
): Promise<boolean> {
  const isSaved = await saveEdit(page, roomId, edit, text);
  if (isSaved) void tellUncalled(page, roomId, text.content);
  return isSaved;
}

function trySend(page: Page, roomId: number, content: string): boolean {
  try {
    sendMessage(page, roomId, content);
    void tellUncalled(page, roomId, content);
    return true;
  } catch (error) {
    const text = error instanceof CommandError ? error.message : `Not sent: ${problemText(error)}`;
    return refuse(page, text);
  }
}

/** Tells the author if the message calls fewer people than it names. Loaded then, because most messages name nobody. */
async function tellUncalled(page: Page, roomId: number, content: string): Promise<void> {
  const { client } = page;
  const room = client.rooms.find(({ id }) => id === roomId);
  // More than MENTIONS_MAX names without `@` need more characters than that.
  if (room === undefined || (content.length <= MENTIONS_MAX && !/[@＠﹫]/.test(content))) return;
  const uncalled = await import('../text/uncalled.ts').catch(() => null);
  const members = () => new Set(client.people(roomId).map(({ username }) => username.toLowerCase()));
  const text = uncalled?.uncalledText(content, room, members) ?? null;
  if (text !== null) printLocal(page, text, false);
}

/** Says why a line was rejected. */
function refuse(page: Page, reason: string): false {
  printLocal(page, reason, true);
  return false;
}

function isIn({ client }: Page, roomId: number): boolean {
  return client.rooms.some(({ id }) => id === roomId);
}

/** Sends a message, as a reply if one was started. @throws ChatError or CommandError: nothing was sent. */
function sendMessage(page: Page, roomId: number, content: string, about: SendAbout = {}): void {
  const { client, view } = page;
  if (roomId === 0) throw new CommandError(NO_ROOM);
  if (!isIn(page, roomId)) throw new CommandError(NOT_IN_ROOM);
  const composing = view.composing.of(roomId);
  const reply = composing?.kind === 'reply' ? { replyTo: composing.seq, quote: composing.quote } : {};
  client.send(roomId, content, { ...reply, ...about });
  view.composing.set(roomId, null);
}

/** Runs a command in the room where it was entered, even if another room is open by now. */
async function runCommand(page: Page, roomId: number, command: SlashCommand, rest: string): Promise<boolean> {
  const { view, client } = page;
  const isWriting = watchWriting(page);
  try {
    await command.run(rest, {
      page,
      client,
      room: client.rooms.find(({ id }) => id === roomId) ?? null,
      formerRoom: isIn(page, roomId) || view.roomId.peek() !== roomId ? null : view.room.peek(),
      openRoom: (id) => openAfterward(page, id, isWriting),
      closeRoom: (id) => {
        if (!isWriting()) view.closeRoom(id);
      },
      openDialog: (dialog) => {
        view.dialog.value = dialog;
      },
      print: (text) => printLocal(page, text, false),
      sendAction: (text) => sendMessage(page, roomId, text, { messageKind: 'me' }),
      signOut: () => signOut(page),
    });
    return true;
  } catch (error) {
    const isUsage = error instanceof UsageError;
    printLocal(page, isUsage ? usageText(command) : `/${command.name}: ${problemText(error)}`, true);
    return false;
  }
}
