/** The connections to PostgreSQL: by what they are for, with the time that their statements may take. */
import { SEARCHES_AT_ONCE } from '../chat/messages/search.ts';
import type { Log } from '../log.ts';
import { type Database, type DatabaseOptions, openDatabase } from '../store/database/database.ts';
import { SEARCH_SETTINGS } from '../store/search/search.ts';

/** A lane's statements end sooner than a request's, so that a refusal comes within the 5 s of [S6]. */
const APPEND_TIMEOUT_MS = 4_000;
/** A search may take a processor for so long. */
const SEARCH_TIMEOUT_MS = 2_000;
/** Nobody waits for the indexer's. */
const INDEX_TIMEOUT_MS = 30_000;

export type Databases = {
  /** For requests, and for all that has no own. */
  database: Database;
  searchDatabase: Database;
  /** One connection for a lane of the appender. */
  openLane(): Database;
  /** One connection for the indexer of search. */
  openIndexer(): Database;
};

/** @param url as the foundation has it. */
export function openDatabases(url: string, log: Log): Databases {
  const open = (own: Omit<DatabaseOptions, 'url' | 'onProblem'> = {}): Database =>
    openDatabase({
      url,
      onProblem: ({ error, ...where }) =>
        log.warn({ err: error, ...where }, 'the store refused or was out of reach'),
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
