/** When each session was last used: collected in memory and written once a minute, so that no request waits for it. */
import type { Clock } from '../../clock.ts';
import type { SessionStore } from '../../store/sessions.ts';
import type { Background, OnProblem } from '../periodic.ts';

/** The parts that LastUse works with. */
export type LastUseDeps = {
  sessions: Pick<SessionStore, 'touch'>;
  clock: Pick<Clock, 'every' | 'wall'>;
  onProblem: OnProblem;
};

/** How often the uses are written. The store's times may be this old. */
export const LAST_USE_PERIOD_MS = 60_000;
/** How many sessions one statement writes. */
const BATCH_MAX = 1_000;

/** The uses that are not written yet. */
export class LastUse implements Background {
  readonly #deps: LastUseDeps;
  /** Epoch milliseconds by session. */
  #used = new Map<number, number>();
  #stop = () => {};

  constructor(deps: LastUseDeps) {
    this.#deps = deps;
  }

  /** Begins to write the uses in periods. */
  start(): void {
    this.#stop = this.#deps.clock.every(LAST_USE_PERIOD_MS, () => void this.#write());
  }

  /** Writes the uses of the current period, and ends. */
  async stop(): Promise<void> {
    this.#stop();
    await this.#write();
  }

  /** Records a request or a command of a session. */
  record(sessionId: number): void {
    this.#used.set(sessionId, this.#deps.clock.wall());
  }

  /** Returns when a session was used (ISO 8601), if that is not written yet. */
  of(sessionId: number): string | undefined {
    const at = this.#used.get(sessionId);
    return at === undefined ? undefined : new Date(at).toISOString();
  }

  /** Uses that could not be written go with the next period, unless the session was used again. */
  async #write(): Promise<void> {
    const { sessions, onProblem } = this.#deps;
    const batch = this.#used;
    if (batch.size === 0) return;
    this.#used = new Map();
    const uses = [...batch].map(([sessionId, at]) => ({ sessionId, at: new Date(at) }));
    try {
      while (uses.length > 0) {
        await sessions.touch(uses.slice(-BATCH_MAX));
        uses.splice(-BATCH_MAX);
      }
    } catch (error) {
      for (const { sessionId, at } of uses) {
        if (!this.#used.has(sessionId)) this.#used.set(sessionId, at.getTime());
      }
      onProblem(error);
    }
  }
}
