/** Runs the caller's work between BEGIN and COMMIT, or has no effect. */

import { createDeadline } from './deadline.ts';
import { type BorrowedConnection, runCommand, runStatement } from './run-statement.ts';
import type { Queryable, Scope } from './types.ts';

/** `deadlineMs`: how long each statement may take. */
export type TransactionOptions = { deadlineMs: number; scope: Scope };

/**
 * Runs `work` in a transaction on `connection`. Each statement gets `deadlineMs`.
 * @throws the error of `work`, after a rollback. Only COMMIT itself throws a ConnectionLostError that `mayBeCommitted`.
 */
export async function runTransaction<T>(
  connection: BorrowedConnection,
  work: (tx: Queryable) => Promise<T>,
  { deadlineMs, scope }: TransactionOptions,
): Promise<T> {
  const tx = createTransaction(connection, deadlineMs, scope);
  await tx.command('begin');
  try {
    const value = await work({ query: tx.query });
    await commit(tx);
    return value;
  } catch (error) {
    await rollBack(connection, deadlineMs);
    throw error;
  } finally {
    tx.end();
  }
}

type Transaction = Queryable & { command(text: string): Promise<string>; end(): void };

function createTransaction(
  connection: BorrowedConnection,
  deadlineMs: number,
  { signal }: Scope,
): Transaction {
  let isOver = false;
  return {
    async query<Row>(
      ...[statement, params = [], scope = {}]: Parameters<Queryable['query']>
    ): Promise<Row[]> {
      if (isOver) throw new Error(`${statement.name} was run after its transaction had ended`);
      return within([signal, scope.signal], deadlineMs, (deadline) =>
        runStatement<Row>(connection, statement, params, { signal: deadline, commits: false }),
      );
    },
    command: (text) =>
      within([signal], deadlineMs, (deadline) =>
        runCommand(connection, text, { signal: deadline, commits: text === 'commit' }),
      ),
    end: () => {
      isOver = true;
    },
  };
}

async function within<T>(
  signals: (AbortSignal | undefined)[],
  deadlineMs: number,
  run: (deadline: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = createDeadline(deadlineMs, ...signals);
  return run(deadline.signal).finally(deadline.clear);
}

/** After a failed statement, PostgreSQL answers COMMIT with ROLLBACK instead of an error. */
async function commit(tx: Transaction): Promise<void> {
  const answer = await tx.command('commit');
  if (answer !== 'COMMIT')
    throw new Error(
      'The transaction was rolled back: one of its statements failed, and its work ignored that',
    );
}

/** If the rollback fails, the connection is destroyed, and the server rolls back by itself. */
async function rollBack(connection: BorrowedConnection, deadlineMs: number): Promise<void> {
  if (connection.isBroken) return;
  try {
    await within([], deadlineMs, (deadline) =>
      runCommand(connection, 'rollback', { signal: deadline, commits: false }),
    );
  } catch {
    connection.isBroken = true;
  }
}
