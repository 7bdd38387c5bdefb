/** The gate of searches: a search may keep a processor busy, so few run at once, and sends never wait for them. */
import { ChatError } from '@banter/protocol';

/** How many searches run at once, how many wait in all, and how many of one person wait. */
export type SearchGateLimits = { running: number; waiting: number; waitingOfOne: number };

const RETRY_AFTER_MS = 1_000;

/** The running and the waiting searches. */
export class SearchGate {
  readonly #limits: SearchGateLimits;
  /** The people whose searches run. */
  readonly #running = new Set<number>();
  /** While a place is free, only people whose own search runs wait: so a newcomer overtakes nobody. */
  #waiting: { userId: number; start: () => void }[] = [];

  constructor(limits: SearchGateLimits) {
    this.#limits = limits;
  }

  /**
   * Runs `work` in its turn. One search of a person runs at a time, so that their long searches delay nobody else.
   * @throws ChatError overloaded when too many searches wait, or too many of this person.
   */
  async pass<T>(userId: number, work: () => Promise<T>): Promise<T> {
    await this.#enter(userId);
    try {
      return await work();
    } finally {
      this.#leave(userId);
    }
  }

  #enter(userId: number): Promise<void> {
    const { running, waiting, waitingOfOne } = this.#limits;
    if (this.#running.size < running && !this.#running.has(userId)) {
      this.#running.add(userId);
      return Promise.resolve();
    }
    const own = this.#waiting.filter((other) => other.userId === userId).length;
    if (own >= waitingOfOne) throw overloaded('your earlier searches still run');
    if (this.#waiting.length >= waiting) throw overloaded('too many people search right now');
    return new Promise((start) => this.#waiting.push({ userId, start }));
  }

  #leave(userId: number): void {
    this.#running.delete(userId);
    const next = this.#waiting.find((other) => !this.#running.has(other.userId));
    if (!next) return;
    this.#waiting = this.#waiting.filter((other) => other !== next);
    this.#running.add(next.userId);
    next.start();
  }
}

function overloaded(detail: string): ChatError {
  return new ChatError('overloaded', `${detail}: try again in a moment`, { retryAfterMs: RETRY_AFTER_MS });
}
