/** Batching of work for the store that comes in bursts. */
import type { OnProblem } from '../periodic.ts';

/**
 * Runs `run` with everything that was added since the last batch; each key counts once. While a batch is under way, the
 * next one collects.
 */
export class Batcher<V> {
  readonly #run: (batch: ReadonlyMap<number, V>) => Promise<void>;
  readonly #onProblem: OnProblem;
  #waiting = new Map<number, V>();
  #running: Promise<void> | null = null;

  /** @param onProblem called with the error of a failed batch; the batch is not retried. */
  constructor(run: (batch: ReadonlyMap<number, V>) => Promise<void>, onProblem: OnProblem) {
    this.#run = run;
    this.#onProblem = onProblem;
  }

  /** Adds a value to the next batch; it replaces an earlier value of the same key. */
  add(key: number, value: V): void {
    this.#waiting.set(key, value);
    this.#running ??= this.#runAll();
  }

  /** Resolves when everything added so far is done or has failed. */
  settled(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  async #runAll(): Promise<void> {
    // Lets the rest of this turn's values join the first batch.
    await Promise.resolve();
    while (this.#waiting.size > 0) {
      const batch = this.#waiting;
      this.#waiting = new Map();
      await this.#run(batch).catch(this.#onProblem);
    }
    this.#running = null;
  }
}
