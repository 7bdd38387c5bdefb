/** Waits for something that another process does. */

import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 10;
const TIMEOUT_MS = 25_000;

/** Calls `ask` until its result is not false, null or undefined, and returns it. @throws Error with `what` if it times out. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  timeoutMs = TIMEOUT_MS,
): Promise<NonNullable<T>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== false && answer !== null && answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`${what}: timed out after ${timeoutMs} ms`);
    await delay(POLL_MS);
  }
}
