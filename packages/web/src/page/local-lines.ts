/** Lines in the log that only this person sees: answers of commands, and failures. */
import { problemText } from '../text/problem.ts';
import type { Page } from './page.ts';

/** Adds a line to the log of the open room, and announces it. */
export function printLocal(page: Page, text: string, isWrong: boolean): void {
  const roomId = page.view.room.peek()?.id ?? 0;
  const last = roomId === 0 ? undefined : page.client.timeline(roomId).entries.at(-1);
  const at = new Date().toISOString();
  page.view.addLocalLine(roomId, { afterKey: last?.key ?? null, at, text, isWrong });
  page.announcer.state(text);
  page.mounted.log?.toEnd();
}

/** Waits for `task`. When it fails, prints `what` failed and why. Resolves to whether it succeeded. */
export async function printFailure(page: Page, what: string, task: Promise<unknown>): Promise<boolean> {
  try {
    await task;
    return true;
  } catch (error) {
    printLocal(page, `${what}: ${problemText(error)}`, true);
    return false;
  }
}
