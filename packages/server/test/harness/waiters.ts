/** Waiting for something that a test's peer sends: the condition is checked whenever something arrives. */

/** A condition to wait for. */
export type Condition<T> = {
  /** Names the condition, for the error. */
  what: string;
  /** Returns the result once the condition holds; undefined before. */
  find: () => T | undefined;
  /** Returns why the condition can no longer hold; null while it can. */
  isHopeless: () => string | null;
  timeoutMs: number;
};

/** Everybody who waits on one peer. */
export class Waiters {
  readonly #checks = new Set<() => void>();
  readonly #describe: () => string;

  /** @param describe returns what has arrived so far, for errors. */
  constructor(describe: () => string) {
    this.#describe = describe;
  }

  /** Checks all conditions again: something has arrived. */
  recheck(): void {
    for (const check of [...this.#checks]) check();
  }

  /** Resolves with the result of `find`. @throws Error when the condition is hopeless, or not met in time. */
  wait<T>({ what, find, isHopeless, timeoutMs }: Condition<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#checks.delete(check);
        clearTimeout(timer);
        settle();
      };
      const fail = (why: string) => end(() => reject(new Error(`${what}: ${why}; ${this.#describe()}`)));
      const check = () => {
        const found = find();
        const reason = found === undefined ? isHopeless() : null;
        if (found !== undefined) end(() => resolve(found));
        else if (reason !== null) fail(reason);
      };
      const timer = setTimeout(() => fail(`not within ${timeoutMs} ms`), timeoutMs);
      this.#checks.add(check);
      check();
    });
  }
}
