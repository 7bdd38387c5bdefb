/** How many searches run at once: each may keep a processor busy, and those that write must not wait for them. */
import { ChatError } from '@banter/protocol';

export type SearchGate = {
  /**
   * Does `work` when its turn comes: one of a person at a time, so that nobody's long searches hold up another's.
   * @throws ChatError overloaded when too many wait, or too many of this person's.
   */
  pass<T>(userId: number, work: () => Promise<T>): Promise<T>;
};

export type SearchGateLimits = { running: number; waiting: number; waitingOfOne: number };

const RETRY_AFTER_MS = 1_000;

export function createSearchGate(limits: SearchGateLimits): SearchGate {
  /** Whose search runs. */
  const running = new Set<number>();
  /** Where a place is free, all who wait are people whose search runs: whoever comes passes nobody. */
  let waiting: { userId: number; start: () => void }[] = [];

  function enter(userId: number): Promise<void> {
    if (running.size < limits.running && !running.has(userId)) {
      running.add(userId);
      return Promise.resolve();
    }
    const own = waiting.filter((other) => other.userId === userId).length;
    if (own >= limits.waitingOfOne) throw busy('your earlier searches are not done yet');
    if (waiting.length >= limits.waiting) throw busy('too many people search just now');
    return new Promise((start) => waiting.push({ userId, start }));
  }

  function leave(userId: number): void {
    running.delete(userId);
    const next = waiting.find((other) => !running.has(other.userId));
    if (!next) return;
    waiting = waiting.filter((other) => other !== next);
    running.add(next.userId);
    next.start();
  }

  return {
    async pass(userId, work) {
      await enter(userId);
      try {
        return await work();
      } finally {
        leave(userId);
      }
    },
  };
}

function busy(detail: string): ChatError {
  return new ChatError('overloaded', `${detail}: try again in a moment`, { retryAfterMs: RETRY_AFTER_MS });
}
