// The environment of a case: PostgreSQL, the folder of reference programs, and a way to stop everything it starts.

/** @typedef {ReturnType<typeof createStage>} Stage */

/**
 * Creates the environment that all cases share, one after the other.
 * @param {import('./servers/postgres.mjs').Postgres} postgres
 * @param {string | null} reference the folder of REFERENCE
 */
export function createStage(postgres, reference) {
  /** @type {Array<{ stop(): Promise<void> }>} */
  const running = [];
  /** @type {string[]} */
  const notes = [];
  /** @type {Map<string, string>} */
  const databases = new Map();
  return {
    postgres,
    reference,
    /**
     * Returns the URL of a database, and creates it on first use.
     * @param {string} name
     */
    async database(name) {
      const url = databases.get(name) ?? (await postgres.createDatabase(name));
      databases.set(name, url);
      return url;
    },
    /** Notes for the reader of the page about this run. */
    notes,
    /**
     * Registers a server to be stopped after the case, and returns it.
     * @template {{ stop(): Promise<void> }} T
     * @param {T} part
     */
    use(part) {
      running.push(part);
      return part;
    },
    /** Stops all registered servers, the last one first. */
    async clear() {
      for (const part of running.splice(0).reverse()) await part.stop();
    },
  };
}
