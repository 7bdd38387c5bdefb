// What a case has at hand: PostgreSQL, the folder of references, and an end for everything it has started.

/** @typedef {ReturnType<typeof createStage>} Stage */

/**
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
     * The address of a database of its own, made when it is asked for first.
     * @param {string} name
     */
    async database(name) {
      const url = databases.get(name) ?? (await postgres.createDatabase(name));
      databases.set(name, url);
      return url;
    },
    /** What a reader of the page should know of this run. */
    notes,
    /**
     * Has something stopped when the case is over.
     * @template {{ stop(): Promise<void> }} T
     * @param {T} part
     */
    use(part) {
      running.push(part);
      return part;
    },
    /** Stops everything, the last one first. */
    async clear() {
      for (const part of running.splice(0).reverse()) await part.stop();
    },
  };
}
