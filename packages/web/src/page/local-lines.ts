/** Lines that only this person sees: what a command answers, and what went wrong. */

import { problemText } from './client-state.ts';
import type { Page } from './page.ts';

/** Adds a line to the log of the open room; it is also said aloud. */
export function printLocal(page: Page, text: string, isWrong: boolean): void {
  const roomId = page.view.room.peek()?.id ?? 0;
  const last = roomId === 0 ? undefined : page.client.timeline(roomId).entries.at(-1);
  const at = new Date().toISOString();
  page.view.addLocalLine(roomId, { afterKey: last?.key ?? null, at, text, isWrong });
  page.announcer.state(text);
  page.mounted.log?.toEnd();
}

/** Waits for `task`; a failure becomes a line that begins with `what` was not done. Gives whether it was done. */
export async function orPrint(page: Page, what: string, task: Promise<unknown>): Promise<boolean> {
  try {
    await task;
    return true;
  } catch (error) {
    printLocal(page, `${what}: ${problemText(error)}`, true);
    return false;
  }
}
