/** What the rest of the store sees of the query layer. */

import type { Statement } from './statements.ts';

/** For whom a statement runs: when `signal` aborts, the statement is cancelled on the server. */
export type Scope = { signal?: AbortSignal; requestId?: string };

/** Something that ran wrong below the domain, for the log; the caller was told in its own way. */
export type Problem = { error: unknown; statement?: string; requestId?: string };

export type Queryable = {
  /**
   * Runs a prepared statement and gives its rows: int8 and numeric as numbers, timestamptz as ISO 8601 text.
   * @throws ChatError `unavailable` on trouble with the line or a deadline, the signal's reason when it aborted,
   * else PostgreSQL's own error (see `isUniqueViolation`).
   */
  query<Row>(statement: Statement, params?: readonly unknown[], scope?: Scope): Promise<Row[]>;
};

export type Database = Queryable & {
  /**
   * Runs `work` between BEGIN and COMMIT on one connection; anything thrown rolls back and is thrown on.
   * Each statement has its own deadline; `scope.signal` ends the whole.
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>, scope?: Scope): Promise<T>;
  /** One round trip to the server. @throws ChatError `unavailable` when it fails. */
  ping(): Promise<void>;
  /** Waits for borrowed connections, a bounded time, and ends all. Safe to call twice. */
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** A postgres:// address; a unix socket's folder stands percent-encoded as its host. */
  url: string;
  /** Connections at most, 10 by default. */
  maxConnections?: number;
  /** Milliseconds a statement may run, waiting for a connection included; 5,000 by default. */
  statementTimeoutMs?: number;
  /** Session settings of PostgreSQL for these connections, beside those that all have. */
  settings?: Readonly<Record<string, string | number>>;
  /** Told of every failed line, deadline and background error; must not throw. */
  onProblem: (problem: Problem) => void;
};
