/** Sends a new access token on a live link before the old one expires. */
import type { Auth } from '@banter/protocol';
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { TokenSession } from './token-session.ts';

/** The shortest time between two renewals, however short a token's life. */
export const RENEW_EVERY_MIN_MS = 1_000;

/** The parts that a Renewal uses. */
export type RenewalOptions = {
  clock: Clock;
  /** A number from 0 to below 1, for backoff. */
  random(): number;
  /** Makes the id of the next command. */
  newId(): string;
  session: TokenSession;
  /** Sends a command; false without a link. */
  send(command: Auth): boolean;
};

/** Renews the token of one link at a time. */
export class Renewal {
  readonly #options: RenewalOptions;
  #cancelTimer = () => {};
  /** Counts starts and stops. A renewal that began before one of them is discarded. */
  #generation = 0;
  #lastId = '';

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  /** Starts renewing for a link that is live. */
  start(): void {
    this.stop();
    this.#schedule(this.#options.session.dueInMs(), 1);
  }

  /** Stops renewing. */
  stop(): void {
    this.#generation++;
    this.#cancelTimer();
  }

  /** Whether `id` is the id of the last renewal sent. */
  isOwn(id: string): boolean {
    return id === this.#lastId;
  }

  #schedule(delayMs: number, attempt: number): void {
    this.#cancelTimer = this.#options.clock.setTimer(() => void this.#renew(attempt), delayMs);
  }

  async #renew(attempt: number): Promise<void> {
    const generation = this.#generation;
    const { session, newId, send, random } = this.#options;
    try {
      const token = await session.token();
      if (generation !== this.#generation) return;
      this.#lastId = newId();
      send({ op: 'auth', id: this.#lastId, token });
      this.#schedule(Math.max(RENEW_EVERY_MIN_MS, session.dueInMs()), 1);
    } catch {
      // The server is out of reach: retry until it closes the link. A session that is over ends the link by itself.
      if (generation === this.#generation) this.#schedule(backoffMs(attempt, random()), attempt + 1);
    }
  }
}
