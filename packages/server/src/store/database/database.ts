/** The query layer: a pool of PostgreSQL connections on which every statement has a deadline and can be cancelled. */

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
/** How much later than the server's own timeout the client gives a line up. */
const CLIENT_GRACE_MS = 250;

/**
 * Opens the pool; no connection is made before the first statement. Trouble with connections, deadlines that
 * passed and a server that lacks something are thrown as `ChatError('unavailable')`, see `isUnknownOutcome`.
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
  const context: Context = { pool, deadlineMs, onProblem: options.onProblem };
  return {
    query: (statement, params = [], scope = {}) =>
      onLoan(context, { name: statement.name, scope }, (loan, signal) =>
        runStatement(loan, statement, params, { signal, commits: true }),
      ),
    transaction: (work, scope = {}) =>
      onLoan(context, { name: 'transaction', scope }, (loan) =>
        runTransaction(loan, work, { deadlineMs, scope }),
      ),
    ping: async () => {
      await onLoan(context, { name: 'ping', scope: {} }, (loan, signal) =>
        runCommand(loan, 'select 1', { signal, commits: false }),
      );
    },
    close: () => pool.close(),
  };
}

type Context = { pool: StorePool; deadlineMs: number; onProblem: (problem: Problem) => void };

/** Borrows a connection for `work` and brings it back; a spent one is destroyed, and the pool makes another. */
async function onLoan<T>(
  { pool, deadlineMs, onProblem }: Context,
  { name, scope }: { name: string; scope: Scope },
  work: (loan: BorrowedConnection, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = createDeadline(deadlineMs, scope.signal);
  try {
    const loan: BorrowedConnection = { client: await pool.acquire(deadline.signal), isBroken: false };
    try {
      return await work(loan, deadline.signal);
    } finally {
      loan.client.release(loan.isBroken);
    }
  } catch (error) {
    // The server's own timeout comes first: where not even that was heard of, it is the line that is dead.
    if (error instanceof ConnectionLostError && error.cause instanceof DeadlineError) pool.destroyIdle();
    const shown = toStoreError(error);
    const requestId = scope.requestId === undefined ? {} : { requestId: scope.requestId };
    // Whose caller no longer wants it has no trouble: anybody can go away, and as often as they like.
    const isUnwanted = scope.signal?.aborted === true && shown === scope.signal.reason;
    if (shown !== error && !isUnwanted) onProblem({ statement: name, error: shown, ...requestId });
    throw shown;
  } finally {
    deadline.clear();
  }
}
