/**
 * The indexer of search: copies committed messages into the search tables, room by room in seq order. It runs beside the
 * append and yields to it. The store keeps how far each room is indexed, so a killed indexer loses no message.
 */
import type { Clock } from '../../clock.ts';
import { type Database, statements } from '../database/database.ts';

/** The indexer's dependencies. */
export type SearchIndexOptions = {
  /** The indexer's own connection. It closes it. */
  database: Database;
  clock: Clock;
  /** Whether people wait for the store right now. The indexer then rests most of the time. */
  isBusy: () => boolean;
  /** Called at the start and then once a minute with the number of events that are not indexed yet. */
  onLag: (events: number) => void;
  /** Called with the error of each failed statement. The indexer retries it. */
  onProblem: (error: unknown) => void;
};

/** A running indexer. */
export type SearchIndex = {
  /** Reports that a room has messages to index. */
  markBehind(roomId: number): void;
  /** Stops the indexer. The next start indexes what is left. */
  close(): Promise<void>;
};

/** A batch locks the progress of its rooms for about 10 ms, and an edit may wait for it. So batches are small. */
const BATCH_MAX_MESSAGES = 100;
const BATCH_MAX_CHARS = 32 * 1024;
const BATCH_MAX_ROOMS = 64;
/** Messages that arrive within this time share a batch. */
const GATHER_MS = 200;
/** The rest after a piece of work, as a multiple of the time it took: the indexer works half or a tenth of the time. */
const REST = { idle: 1, busy: 9 };
const REST_MIN_MS = 5;
const RETRY_PAUSE_MS = 1_000;
/**
 * How many messages may be indexed before the pending list of the trigram index is flushed. A statement of its own does
 * that, without a lock on any room's progress; otherwise PostgreSQL would flush the list during a batch.
 */
const FLUSH_EVERY = 300;
/** How often all rooms are checked, in case another server or a failure left some behind. */
const SWEEP_PERIOD_MS = 60_000;

/** The statements of the indexer. */
export const SEARCH_INDEX_SQL = statements('searchIndex', {
  indexBatch: 'SELECT indexed, behind FROM search_index($1, $2, $3)',
  flush: "SELECT gin_clean_pending_list('search_entries_trigrams')",
  listBehind: `
    SELECT r.id, r.last_seq - COALESCE(p.indexed_seq, 0) AS lag
    FROM rooms r LEFT JOIN search_progress p ON p.room_id = r.id WHERE r.last_seq > COALESCE(p.indexed_seq, 0)`,
});

/** Starts the indexer: it checks all rooms and then runs until it is closed. */
export function createSearchIndex(options: SearchIndexOptions): SearchIndex {
  return new Indexer(options);
}

type BatchRow = { indexed: number; behind: number[] };
type BehindRow = { id: number; lag: number };

class Indexer implements SearchIndex {
  readonly #options: SearchIndexOptions;
  readonly #stopSweeping: () => void;
  /** Rooms with messages to index. A room that is still behind after a batch goes to the end. */
  readonly #rooms = new Set<number>();
  #isClosed = false;
  /** Whether work is under way or scheduled. */
  #isScheduled = false;
  /** How many messages were indexed since the last flush. */
  #unflushed = 0;

  constructor(options: SearchIndexOptions) {
    this.#options = options;
    this.#stopSweeping = options.clock.every(SWEEP_PERIOD_MS, () => void this.#sweep());
    void this.#sweep();
  }

  markBehind(roomId: number): void {
    this.#rooms.add(roomId);
    this.#schedule(GATHER_MS);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopSweeping();
    await this.#options.database.close();
  }

  #schedule(delayMs: number): void {
    const isIdle = this.#rooms.size === 0 && this.#unflushed === 0;
    if (this.#isScheduled || this.#isClosed || isIdle) return;
    this.#isScheduled = true;
    this.#options.clock.after(delayMs, () => void this.#run());
  }

  async #run(): Promise<void> {
    const restMs = this.#isClosed ? 0 : await this.#work();
    this.#isScheduled = false;
    this.#schedule(restMs);
  }

  /** Does the next piece of work, and returns how long to rest. */
  async #work(): Promise<number> {
    const { clock, isBusy, onProblem } = this.#options;
    const startedAt = clock.now();
    try {
      if (this.#unflushed >= FLUSH_EVERY || this.#rooms.size === 0) await this.#flush();
      else if (!(await this.#indexBatch())) return GATHER_MS;
    } catch (error) {
      if (!this.#isClosed) onProblem(error);
      return RETRY_PAUSE_MS;
    }
    return Math.max(REST_MIN_MS, (clock.now() - startedAt) * (isBusy() ? REST.busy : REST.idle));
  }

  /** Indexes one batch. Returns false when other servers have locked all of its rooms. */
  async #indexBatch(): Promise<boolean> {
    const rooms = [...this.#rooms].slice(0, BATCH_MAX_ROOMS);
    for (const room of rooms) this.#rooms.delete(room);
    try {
      const params = [rooms, BATCH_MAX_MESSAGES, BATCH_MAX_CHARS];
      const [row] = await this.#options.database.query<BatchRow>(SEARCH_INDEX_SQL.indexBatch, params);
      const { indexed = 0, behind = [] } = row ?? {};
      for (const room of behind) this.#rooms.add(room);
      this.#unflushed += indexed;
      return indexed > 0 || behind.length === 0;
    } catch (error) {
      for (const room of rooms) this.#rooms.add(room);
      throw error;
    }
  }

  async #flush(): Promise<void> {
    await this.#options.database.query(SEARCH_INDEX_SQL.flush);
    this.#unflushed = 0;
  }

  /** Finds all rooms that are behind, and reports the lag. */
  async #sweep(): Promise<void> {
    const { database, onLag, onProblem } = this.#options;
    try {
      const rows = await database.query<BehindRow>(SEARCH_INDEX_SQL.listBehind);
      onLag(rows.reduce((sum, { lag }) => sum + lag, 0));
      for (const { id } of rows) this.#rooms.add(id);
      this.#schedule(GATHER_MS);
    } catch (error) {
      if (!this.#isClosed) onProblem(error);
    }
  }
}
