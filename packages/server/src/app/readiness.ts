/** Whether the server can serve, as of the last second. However often it is asked, the store is asked once a second. */
import type { Clock } from '../clock.ts';

/** How often the store is asked. */
export const READY_PERIOD_MS = 1_000;
/** A store that has not answered for this long counts as unreachable. */
export const READY_TIMEOUT_MS = 3_000;
const UNREACHABLE = 'the database cannot be reached';

/** The parts that Readiness works with. */
export type ReadinessDeps = {
  /** Resolves when the store answers; rejects when it cannot be reached. */
  ping: () => Promise<unknown>;
  clock: Pick<Clock, 'now' | 'every'>;
};

/** Owns the state of `/v1/ready`. */
export class Readiness {
  readonly #deps: ReadinessDeps;
  readonly #stop: () => void;
  /** When the running check began (monotonic); null without one. */
  #askedAt: number | null = null;
  #reason: string | null = UNREACHABLE;
  #isStopping = false;

  /** Begins to ask the store. */
  constructor(deps: ReadinessDeps) {
    this.#deps = deps;
    this.#stop = deps.clock.every(READY_PERIOD_MS, () => void this.check());
  }

  /** Returns why the server cannot serve, in words; null when it can. Asks nobody. */
  whyNot(): string | null {
    if (this.#isStopping) return 'the server is stopping';
    const isLate = this.#askedAt !== null && this.#deps.clock.now() - this.#askedAt >= READY_TIMEOUT_MS;
    return isLate ? 'the database does not answer' : this.#reason;
  }

  /** Asks the store, unless an answer is awaited already. Never rejects. */
  async check(): Promise<void> {
    if (this.#askedAt !== null) return;
    this.#askedAt = this.#deps.clock.now();
    this.#reason = await this.#deps.ping().then(
      () => null,
      () => UNREACHABLE,
    );
    this.#askedAt = null;
  }

  /** From now on the server is stopping. */
  beginStop(): void {
    this.#isStopping = true;
  }

  /** Ends the checks. */
  stop(): void {
    this.#stop();
  }
}
