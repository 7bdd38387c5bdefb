/** When a connection dials again, and when it gives up. */
import { CLOSES, reactionTo } from '@banter/protocol';
import { backoffMs } from '../backoff.ts';

/** A link that lived this long proves that the path is free: the backoff starts again. */
export const STABLE_MS = 5_000;
/** The number of closes in a row that this client's own frames may cause before it gives up. */
export const FAULTS_MAX = 3;
/** A link that lived this long clears the count of own faults. */
export const FAULT_FORGET_MS = 60_000;

const OWN_FAULTS: readonly number[] = [CLOSES.too_large.code, CLOSES.protocol_error.code];

/** Counts failures, and derives the next delay from them. */
export class RetryPolicy {
  readonly #random: () => number;
  #attempts = 0;
  #faults = 0;

  /** @param random returns a number from 0 to below 1, for backoff */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Records how long the last link was live. */
  recordLife(livedMs: number): void {
    if (livedMs >= STABLE_MS) this.#attempts = 0;
    if (livedMs >= FAULT_FORGET_MS) this.#faults = 0;
  }

  /** Records a close and returns whether the connection ends for good. */
  recordClose(code: number): boolean {
    return OWN_FAULTS.includes(code) ? ++this.#faults > FAULTS_MAX : reactionTo(code) === 'stop';
  }

  /**
   * Returns the delay and the number of the next attempt. `retryAfterMs` is the server's least delay. With `wasPrompted` the
   * failed attempt came before its time, so the backoff does not grow.
   */
  nextAttempt(retryAfterMs: number, wasPrompted: boolean): { inMs: number; attempt: number } {
    if (!wasPrompted || this.#attempts === 0) this.#attempts++;
    return { inMs: retryAfterMs + backoffMs(this.#attempts, this.#random()), attempt: this.#attempts };
  }

  /** Forgets all failures. */
  reset(): void {
    this.#attempts = 0;
    this.#faults = 0;
  }
}
