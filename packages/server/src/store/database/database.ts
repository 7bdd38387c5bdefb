/** The query layer: a pool of PostgreSQL connections on which every statement has a deadline and can be cancelled. */

import type { FairQueue } from '../../fair-queue/fair-queue.ts';
import { createDeadline, DeadlineError } from './deadline.ts';
import { openPool, type StorePool } from './pool.ts';
import { type BorrowedConnection, runCommand, runStatement } from './run-statement.ts';
import { ConnectionLostError, toStoreError } from './store-error.ts';
import { runTransaction } from './transaction.ts';
import type { Database, DatabaseOptions, Problem, Scope } from './types.ts';

export { type Statement, statements } from './statements.ts';
export { isTimeout, isUniqueViolation, isUnknownOutcome } from './store-error.ts';
export type { Database, DatabaseOptions, Problem, Scope } from './types.ts';

const MAX_CONNECTIONS = 10;
const STATEMENT_TIMEOUT_MS = 5_000;
/** How much longer than the server's own timeout the client waits for an answer. */
const CLIENT_GRACE_MS = 250;

/**
 * Opens the pool. It connects at the first statement. Its methods throw `ChatError('unavailable')` when a connection
 * fails, a deadline passes or the server lacks a resource; see `isUnknownOutcome`.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const statementTimeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const maxConnections = options.maxConnections ?? MAX_CONNECTIONS;
  const pool = openPool({
    url: options.url,
    maxConnections,
    statementTimeoutMs,
    settings: options.settings ?? {},
    onProblem: options.onProblem,
  });
  const deadlineMs = statementTimeoutMs + CLIENT_GRACE_MS;
  const context: Context = { pool, queue: options.queue, deadlineMs, onProblem: options.onProblem };
  return {
    query: (statement, params = [], scope = {}) =>
      withConnection(context, { name: statement.name, scope }, (connection, signal) =>
        runStatement(connection, statement, params, { signal, commits: true }),
      ),
    transaction: (work, scope = {}) =>
      withConnection(context, { name: 'transaction', scope }, (connection) =>
        runTransaction(connection, work, { deadlineMs, scope }),
      ),
    ping: async () => {
      await withConnection(context, { name: 'ping', scope: {} }, (connection, signal) =>
        runCommand(connection, 'select 1', { signal, commits: false }),
      );
    },
    close: () => pool.close(),
  };
}

type Context = {
  pool: StorePool;
  queue: FairQueue | undefined;
  deadlineMs: number;
  onProblem: (problem: Problem) => void;
};

/** Runs `work` on a borrowed connection. A broken connection is destroyed afterwards, and the pool opens another. */
async function withConnection<T>(
  { pool, queue, deadlineMs, onProblem }: Context,
  { name, scope }: { name: string; scope: Scope },
  work: (connection: BorrowedConnection, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = createDeadline(deadlineMs, scope.signal);
  let leave: (() => void) | undefined;
  try {
    if (scope.spender) leave = await queue?.enter(scope.spender, deadline.signal);
    const connection: BorrowedConnection = { client: await pool.acquire(deadline.signal), isBroken: false };
    try {
      return await work(connection, deadline.signal);
    } finally {
      connection.client.release(connection.isBroken);
    }
  } catch (error) {
    // The server's own timeout comes first. When not even that arrived, the network is dead for the others too.
    if (error instanceof ConnectionLostError && error.cause instanceof DeadlineError) pool.destroyIdle();
    const thrown = toStoreError(error);
    const requestId = scope.requestId === undefined ? {} : { requestId: scope.requestId };
    // The caller cancelled this query, so it is not reported: callers come and go as they like.
    const isCancelled = scope.signal?.aborted === true && thrown === scope.signal.reason;
    // Nothing was sent either: the statements that hold the connections report what is wrong.
    const isInLine = queue !== undefined && scope.spender !== undefined && !leave;
    if (thrown !== error && !isCancelled && !isInLine)
      onProblem({ statement: name, error: thrown, ...requestId });
    throw thrown;
  } finally {
    leave?.();
    deadline.clear();
  }
}
