/** How many searches run at once: each may keep a processor busy, and those that write must not wait for them. */
import { ChatError } from '@banter/protocol';

export type SearchGate = {
  /** Does `work` when its turn comes. @throws ChatError overloaded when too many wait, or too many of this person's. */
  pass<T>(userId: number, work: () => Promise<T>): Promise<T>;
};

export type SearchGateLimits = { running: number; waiting: number; waitingOfOne: number };

const RETRY_AFTER_MS = 1_000;

export function createSearchGate({
  running: max,
  waiting: maxWaiting,
  waitingOfOne,
}: SearchGateLimits): SearchGate {
  let running = 0;
  const waiting: { userId: number; start: () => void }[] = [];

  function enter(userId: number): Promise<void> {
    if (running < max) {
      running++;
      return Promise.resolve();
    }
    const own = waiting.filter((other) => other.userId === userId).length;
    if (own >= waitingOfOne) throw busy('your earlier searches are not done yet');
    if (waiting.length >= maxWaiting) throw busy('too many people search just now');
    return new Promise((start) => waiting.push({ userId, start }));
  }

  /** Hands the place on, so that nobody who comes later takes it first. */
  function leave(): void {
    const next = waiting.shift();
    if (next) next.start();
    else running--;
  }

  return {
    async pass(userId, work) {
      await enter(userId);
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}

function busy(detail: string): ChatError {
  return new ChatError('overloaded', `${detail}: try again in a moment`, { retryAfterMs: RETRY_AFTER_MS });
}
