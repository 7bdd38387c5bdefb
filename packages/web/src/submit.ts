/** What Enter does with a line: a message goes to the room, a command runs, anything else stays where it is. */
import { parseLine, type SlashCommand, unknownText } from './commands.ts';
import type { Page } from './page.ts';
import { problemText } from './session.ts';

const NO_ROOM = 'You are in no room, so nothing was sent. /join #room or /list shows where one can talk.';

/** Takes the line (true), or says why not and leaves it to the input (false). */
export async function submitLine(page: Page, line: string): Promise<boolean> {
  const parsed = parseLine(line);
  switch (parsed.kind) {
    case 'message':
      return sendMessage(page, parsed.content);
    case 'unknown':
      printLocal(page, unknownText(parsed.name, parsed.suggestion), true);
      return false;
    case 'command':
      return runCommand(page, parsed.command, parsed.rest);
  }
}

/** A line in the log that only this person sees; it is also said aloud. */
export function printLocal(page: Page, text: string, isWrong: boolean): void {
  const roomId = page.view.room.peek()?.id ?? 0;
  const last = roomId === 0 ? undefined : page.client.timeline(roomId).entries.at(-1);
  const at = new Date().toISOString();
  page.view.addLocalLine(roomId, { afterKey: last?.key ?? null, at, text, isWrong });
  page.announcer.state(text);
  page.mounted.log?.toEnd();
}

/** Ends the session here; the sign-in form comes by itself. What was not sent is not left to the next person. */
export async function signOut({ client, drafts }: Page): Promise<void> {
  const roomIds = client.rooms.map((room) => room.id);
  await client.logout();
  for (const roomId of roomIds) drafts.set(roomId, '');
}

function sendMessage(page: Page, content: string): boolean {
  const room = page.view.room.peek();
  if (room === null) {
    printLocal(page, NO_ROOM, true);
    return false;
  }
  try {
    page.client.send(room.id, content);
    return true;
  } catch (error) {
    printLocal(page, `not sent: ${problemText(error)}`, true);
    return false;
  }
}

async function runCommand(page: Page, command: SlashCommand, rest: string): Promise<boolean> {
  const { client, view } = page;
  try {
    await command.run(rest, {
      client,
      room: view.room.peek(),
      openRoom: view.openRoom,
      openJoin: (filter) => {
        view.dialog.value = { name: 'join', filter };
      },
      openHelp: () => {
        view.dialog.value = { name: 'help' };
      },
      print: (text) => printLocal(page, text, false),
      signOut: () => signOut(page),
    });
    return true;
  } catch (error) {
    printLocal(page, `/${command.name}: ${problemText(error)}`, true);
    return false;
  }
}
