/** Work for the store that comes in crowds: what comes while one batch is under way is the next batch, each key once. */

export type Gathering<V> = {
  /** Puts a value into the next batch, in the place of an earlier one of the same key. */
  add(key: number, value: V): void;
  /** Resolves when what was added so far has been done, or has failed. */
  settled(): Promise<void>;
};

/** @param onProblem told of a batch that failed, which is not tried again. */
export function createGathering<V>(
  run: (batch: ReadonlyMap<number, V>) => Promise<void>,
  onProblem: (error: unknown) => void,
): Gathering<V> {
  let waiting = new Map<number, V>();
  let running: Promise<void> | null = null;

  async function work(): Promise<void> {
    // Whatever else this turn brings comes along.
    await Promise.resolve();
    while (waiting.size > 0) {
      const batch = waiting;
      waiting = new Map();
      await run(batch).catch(onProblem);
    }
    running = null;
  }

  return {
    add(key, value) {
      waiting.set(key, value);
      running ??= work();
    },
    settled: () => running ?? Promise.resolve(),
  };
}
