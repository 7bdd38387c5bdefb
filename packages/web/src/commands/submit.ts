/** What Enter does with a line: a message goes to the room, a command runs, anything else stays where it is. */
import type { SendAbout } from '@banter/client';
import { problemText } from '../page/client-state.ts';
import { printLocal } from '../page/local-lines.ts';
import { saveEdit } from '../page/message-actions.ts';
import type { Page } from '../page/page.ts';
import { type SlashCommand, UsageError } from './command.ts';
import { parseLine, unknownText } from './commands.ts';

const NO_ROOM = 'You are in no room, so nothing was sent. /join #room or /list shows where one can talk.';
const NO_COMMAND =
  'You are editing a message, so nothing was done. Esc ends the edit; a text that begins with a slash is typed with //.';

/** Takes the line that was entered in a room (true), or says why not and leaves it to the input (false). */
export async function submitLine(page: Page, line: string, roomId: number): Promise<boolean> {
  const parsed = parseLine(line);
  const composing = page.view.composing.of(roomId);
  if (composing?.kind === 'edit') {
    if (parsed.kind === 'message') return saveEdit(page, roomId, composing.seq, parsed.content);
    printLocal(page, NO_COMMAND, true);
    return false;
  }
  switch (parsed.kind) {
    case 'message':
      return sendOrSay(page, roomId, parsed.content);
    case 'unknown':
      printLocal(page, unknownText(parsed.name, parsed.suggestion), true);
      return false;
    case 'command':
      return runCommand(page, roomId, parsed.command, parsed.rest);
  }
}

/** Ends the session here; the sign-in form comes by itself. What was not sent is not left to the next person. */
export async function signOut({ client, drafts }: Page): Promise<void> {
  const roomIds = client.rooms.map((room) => room.id);
  await client.logout();
  for (const roomId of roomIds) drafts.set(roomId, '');
}

function sendOrSay(page: Page, roomId: number, content: string): boolean {
  try {
    sendMessage(page, roomId, content);
    return true;
  } catch (error) {
    printLocal(page, error instanceof UsageError ? error.message : `not sent: ${problemText(error)}`, true);
    return false;
  }
}

/** With what was begun in the room: an answer to a message. @throws ChatError or UsageError: nothing was sent. */
function sendMessage({ client, view }: Page, roomId: number, content: string, about: SendAbout = {}): void {
  if (roomId === 0) throw new UsageError(NO_ROOM);
  const composing = view.composing.of(roomId);
  const reply = composing?.kind === 'reply' ? { replyTo: composing.seq, quote: composing.quote } : {};
  client.send(roomId, content, { ...reply, ...about });
  view.composing.set(roomId, null);
}

/** In the room that it was entered in, whichever is open by now. */
async function runCommand(page: Page, roomId: number, command: SlashCommand, rest: string): Promise<boolean> {
  const { view, client } = page;
  try {
    await command.run(rest, {
      page,
      client,
      room: client.rooms.find(({ id }) => id === roomId) ?? null,
      openRoom: view.openRoom,
      openDialog: (dialog) => {
        view.dialog.value = dialog;
      },
      print: (text) => printLocal(page, text, false),
      sendAction: (text) => sendMessage(page, roomId, text, { messageKind: 'me' }),
      signOut: () => signOut(page),
    });
    return true;
  } catch (error) {
    printLocal(page, `/${command.name}: ${problemText(error)}`, true);
    return false;
  }
}
