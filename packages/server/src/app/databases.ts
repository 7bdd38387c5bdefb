/** The pools of connections to PostgreSQL, one for each purpose, with the time that their statements may take. */
import { SEARCHES_AT_ONCE } from '../chat/messages/search.ts';
import type { Log } from '../log.ts';
import { type Database, type DatabaseOptions, openDatabase } from '../store/database/database.ts';
import { SEARCH_SETTINGS } from '../store/search/search.ts';

/** Shorter than for requests, so that a send is rejected within the 5 s of [S6]. */
const APPEND_TIMEOUT_MS = 4_000;
/** A search may occupy a processor for this time. */
const SEARCH_TIMEOUT_MS = 2_000;
/** Nobody waits for the indexer. */
const INDEX_TIMEOUT_MS = 30_000;

/** The pools. */
export type Databases = {
  /** For requests, and for everything without a pool of its own. */
  database: Database;
  /** For searches. */
  searchDatabase: Database;
  /** Opens one connection for a lane of the appender. */
  openLane(): Database;
  /** Opens one connection for the indexer of search. */
  openIndexer(): Database;
};

/** Opens the pools. @param url of the database, from the foundation. */
export function openDatabases(url: string, log: Log): Databases {
  const open = (own: Omit<DatabaseOptions, 'url' | 'onProblem'> = {}): Database =>
    openDatabase({
      url,
      onProblem: ({ error, ...where }) =>
        log.warn({ err: error, ...where }, 'a statement failed, or the database could not be reached'),
      ...own,
    });
  return {
    database: open(),
    searchDatabase: open({
      statementTimeoutMs: SEARCH_TIMEOUT_MS,
      maxConnections: SEARCHES_AT_ONCE,
      settings: SEARCH_SETTINGS,
    }),
    openLane: () => open({ statementTimeoutMs: APPEND_TIMEOUT_MS, maxConnections: 1 }),
    openIndexer: () => open({ statementTimeoutMs: INDEX_TIMEOUT_MS, maxConnections: 1 }),
  };
}
