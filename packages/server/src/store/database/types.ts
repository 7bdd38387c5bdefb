/** The query layer's contract. */

import type { FairQueue } from '../../fair-queue/fair-queue.ts';
import type { Spender } from '../../fair-queue/limits.ts';
import type { Statement } from './statements.ts';

/**
 * The request that a statement runs for. When `signal` aborts, the server cancels the statement. `spender`: the caller,
 * whose statements wait in a fair queue. The server's own statements have none.
 */
export type Scope = { signal?: AbortSignal; requestId?: string; spender?: Spender };

/** A failure for the log. The caller got an error of its own. `statement`: its name. */
export type Problem = { error: unknown; statement?: string; requestId?: string };

/** Runs statements: the database itself, or a transaction. */
export type Queryable = {
  /**
   * Runs a prepared statement and returns its rows: int8 and numeric as numbers, timestamptz as ISO 8601 text.
   * @throws ChatError `unavailable` when the connection fails or the deadline passes; the signal's reason when it aborted;
   * otherwise PostgreSQL's own error (see `isUniqueViolation`).
   */
  query<Row>(statement: Statement, params?: readonly unknown[], scope?: Scope): Promise<Row[]>;
};

/** A pool of connections to PostgreSQL. */
export type Database = Queryable & {
  /**
   * Runs `work` between BEGIN and COMMIT on one connection. Each statement has its own deadline; `scope.signal` ends the
   * whole transaction.
   * @throws the error of `work`, after a rollback; otherwise as `query`.
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>, scope?: Scope): Promise<T>;
  /** Makes one round trip to the server. @throws ChatError `unavailable` when it fails. */
  ping(): Promise<void>;
  /** Closes all connections; waits two seconds at most for running statements. Safe to call twice. */
  close(): Promise<void>;
};

/** How to open a database. */
export type DatabaseOptions = {
  /** A postgres:// address. The folder of a unix socket is its host, percent-encoded. */
  url: string;
  /** How many connections the pool may open, 10 by default. */
  maxConnections?: number;
  /** How long a statement may take, including the wait for a connection; 5,000 by default. */
  statementTimeoutMs?: number;
  /** Statements with a spender wait here for a connection. By default all wait in one line. */
  queue?: FairQueue;
  /** Session settings of PostgreSQL for these connections, besides those that every connection has. */
  settings?: Readonly<Record<string, string | number>>;
  /** Called for every failed connection, missed deadline and background error. Must not throw. */
  onProblem: (problem: Problem) => void;
};
