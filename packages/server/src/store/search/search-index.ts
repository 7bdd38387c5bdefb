/**
 * The indexer of search: copies committed messages, room by room in seq order, into what search looks into. It runs beside
 * the append and gives way to it; how far each room is stands in the store, so that a kill costs nothing but time.
 */
import type { Clock } from '../../clock.ts';
import { type Database, statements } from '../database/database.ts';

export type SearchIndexOptions = {
  /** A connection of the indexer's own. */
  database: Database;
  clock: Clock;
  /** Whether people wait for the store just now: then the indexer rests most of the time. */
  isBusy: () => boolean;
  /** Told, at the start and then once a minute, how many events lie behind what is indexed. */
  onLag: (events: number) => void;
  onProblem: (error: unknown) => void;
};

export type SearchIndex = {
  /** Says that a room has got messages. */
  markBehind(roomId: number): void;
  /** Ends the work; what is not indexed then is found at the next start. */
  close(): Promise<void>;
};

/** A batch holds the progress of its rooms for some 10 ms: an edit may wait for it. */
const BATCH_MAX_MESSAGES = 100;
const BATCH_MAX_CHARS = 32 * 1024;
const BATCH_MAX_ROOMS = 64;
/** What comes within this time shares a batch. */
const GATHER_MS = 200;
/** The rest after a batch, as a multiple of its own time: a half of the time at work, or a tenth. */
const REST = { idle: 1, busy: 9 };
const REST_MIN_MS = 5;
const RETRY_PAUSE_MS = 1_000;
/**
 * After so many messages, and whenever it has caught up, the list of trigrams that are not in their index yet is emptied,
 * in a statement that holds no room's progress. Left to grow, it would be emptied within a batch.
 */
const TIDY_EVERY = 300;
/** How often all rooms are looked over, for what another node left undone or a failure kept from us. */
const SWEEP_PERIOD_MS = 60_000;

export const SEARCH_INDEX_SQL = statements('searchIndex', {
  advance: 'SELECT indexed, behind FROM search_index($1, $2, $3)',
  tidy: "SELECT gin_clean_pending_list('search_entries_trigrams')",
  behind: `
    SELECT r.id, r.last_seq - COALESCE(p.indexed_seq, 0) AS lag
    FROM rooms r LEFT JOIN search_progress p ON p.room_id = r.id WHERE r.last_seq > COALESCE(p.indexed_seq, 0)`,
});

type BatchRow = { indexed: number; behind: number[] };

/** Starts with a look at all rooms, and runs until it is closed. */
export function createSearchIndex(options: SearchIndexOptions): SearchIndex {
  const { database, clock, isBusy, onLag, onProblem } = options;
  const waiting = new Set<number>();
  let isClosed = false;
  /** Whether a batch is under way or its time is set. */
  let isSet = false;
  /** Messages indexed since the list was emptied. */
  let untidy = 0;
  const stopSweeping = clock.every(SWEEP_PERIOD_MS, () => void sweep());
  void sweep();

  function wake(delayMs: number): void {
    if (isSet || isClosed || (waiting.size === 0 && untidy === 0)) return;
    isSet = true;
    clock.after(delayMs, () => void run());
  }

  async function run(): Promise<void> {
    const restMs = isClosed ? 0 : await work();
    isSet = false;
    wake(restMs);
  }

  /** Does the next piece of work and says how long to rest. */
  async function work(): Promise<number> {
    const startedAt = clock.now();
    try {
      if (untidy >= TIDY_EVERY || waiting.size === 0) await tidy();
      else if (!(await advance())) return GATHER_MS;
    } catch (error) {
      if (!isClosed) onProblem(error);
      return RETRY_PAUSE_MS;
    }
    return Math.max(REST_MIN_MS, (clock.now() - startedAt) * (isBusy() ? REST.busy : REST.idle));
  }

  /** Indexes one batch. Rooms that are behind still go to the end of the row. False: others have all of them in hand. */
  async function advance(): Promise<boolean> {
    const rooms = [...waiting].slice(0, BATCH_MAX_ROOMS);
    for (const room of rooms) waiting.delete(room);
    try {
      const batch = [rooms, BATCH_MAX_MESSAGES, BATCH_MAX_CHARS];
      const [row] = await database.query<BatchRow>(SEARCH_INDEX_SQL.advance, batch);
      const { indexed = 0, behind = [] } = row ?? {};
      for (const room of behind) waiting.add(room);
      untidy += indexed;
      return indexed > 0 || behind.length === 0;
    } catch (error) {
      for (const room of rooms) waiting.add(room);
      throw error;
    }
  }

  async function tidy(): Promise<void> {
    await database.query(SEARCH_INDEX_SQL.tidy);
    untidy = 0;
  }

  async function sweep(): Promise<void> {
    try {
      const rows = await database.query<{ id: number; lag: number }>(SEARCH_INDEX_SQL.behind);
      onLag(rows.reduce((sum, { lag }) => sum + lag, 0));
      for (const { id } of rows) waiting.add(id);
      wake(GATHER_MS);
    } catch (error) {
      if (!isClosed) onProblem(error);
    }
  }

  return {
    markBehind(roomId) {
      waiting.add(roomId);
      wake(GATHER_MS);
    },
    async close() {
      isClosed = true;
      stopSweeping();
      await database.close();
    },
  };
}
