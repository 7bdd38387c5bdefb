/** The pools of connections to PostgreSQL, one for each purpose, with the time that their statements may take. */
import { SEARCHES_AT_ONCE } from '../chat/messages/search.ts';
import { FairQueue } from '../fair-queue/fair-queue.ts';
import { type FairQueueLimits, withoutCaps } from '../fair-queue/limits.ts';
import type { Log } from '../log.ts';
import { type Database, type DatabaseOptions, openDatabase, type Scope } from '../store/database/database.ts';
import { SEARCH_SETTINGS } from '../store/search/search.ts';

/** Shorter than for requests, so that a send is rejected within the 5 s of [S6]. */
const APPEND_TIMEOUT_MS = 4_000;
/** A search may occupy a processor for this time. */
const SEARCH_TIMEOUT_MS = 2_000;
/** Nobody waits for the indexer. */
const INDEX_TIMEOUT_MS = 30_000;
/** Connections for the server's own work: presence, gaps, sweeps. Callers cannot occupy them. */
const OWN_CONNECTIONS = 3;

/**
 * The statements of callers that run and wait at once [L4]. An address may stand for a whole office, so it gets most of the
 * connections, and a person a few of them.
 */
export const STATEMENT_LIMITS: FairQueueLimits = {
  running: 10,
  runningOfNetwork: 7,
  runningOfPerson: 3,
  waiting: 5_000,
  waitingOfNetwork: 3_000,
  waitingOfPerson: 500,
};

/** The pools. */
export type Databases = {
  /** For statements: those with a spender wait in `queue`, the server's own have connections of their own. */
  database: Database;
  /** The connections that callers share. Its user holds a place of `queue`. */
  callersDatabase: Database;
  /** The statements of callers. */
  queue: FairQueue;
  /** One connection for readiness and revocation, which must not wait for anything else. */
  vitalDatabase: Database;
  /** For searches. */
  searchDatabase: Database;
  /** Opens one connection for a lane of the appender. */
  openLane(): Database;
  /** Opens one connection for the indexer of search. */
  openIndexer(): Database;
};

/** How to open the pools. */
export type DatabasesOptions = {
  /** The database's address, from the foundation. */
  url: string;
  log: Log;
  limits?: FairQueueLimits | undefined;
  /** False lifts the caps on callers, for measuring on loopback only. */
  isCapped: boolean;
};

/** Opens the pools. */
export function openDatabases(options: DatabasesOptions): Databases {
  const { url, log, limits: given = STATEMENT_LIMITS, isCapped } = options;
  const open = (own: Omit<DatabaseOptions, 'url' | 'onProblem'> = {}): Database =>
    openDatabase({
      url,
      onProblem: ({ error, ...where }) =>
        log.warn({ err: error, ...where }, 'a statement failed, or the database could not be reached'),
      ...own,
    });
  const limits = isCapped ? given : withoutCaps({ ...given, waiting: Number.POSITIVE_INFINITY });
  const queue = new FairQueue({ limits, subject: 'requests' });
  const callersDatabase = open({ queue, maxConnections: limits.running });
  return {
    database: splitBySpender(callersDatabase, open({ maxConnections: OWN_CONNECTIONS })),
    callersDatabase,
    queue,
    vitalDatabase: open({ maxConnections: 1 }),
    searchDatabase: open({
      statementTimeoutMs: SEARCH_TIMEOUT_MS,
      maxConnections: SEARCHES_AT_ONCE,
      settings: SEARCH_SETTINGS,
    }),
    openLane: () => open({ statementTimeoutMs: APPEND_TIMEOUT_MS, maxConnections: 1 }),
    openIndexer: () => open({ statementTimeoutMs: INDEX_TIMEOUT_MS, maxConnections: 1 }),
  };
}

/** Runs statements with a spender on `callers`, and those without one on `own`. */
function splitBySpender(callers: Database, own: Database): Database {
  const forScope = (scope?: Scope) => (scope?.spender ? callers : own);
  return {
    query: (statement, params, scope) => forScope(scope).query(statement, params, scope),
    transaction: (work, scope) => forScope(scope).transaction(work, scope),
    ping: () => own.ping(),
    close: async () => void (await Promise.all([callers.close(), own.close()])),
  };
}
