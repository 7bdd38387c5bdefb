/** BEGIN, the caller's work, COMMIT: and in every other case nothing. */

import { createDeadline } from './deadline.ts';
import { type BorrowedConnection, runCommand, runStatement } from './run-statement.ts';
import type { Queryable, Scope } from './types.ts';

export type TransactionOptions = { deadlineMs: number; scope: Scope };

/**
 * Runs `work` in a transaction on `loan`. Each statement gets `deadlineMs`.
 * @throws what `work` throws, after a rollback; a ConnectionLostError that may be committed only from COMMIT itself.
 */
export async function runTransaction<T>(
  loan: BorrowedConnection,
  work: (tx: Queryable) => Promise<T>,
  { deadlineMs, scope }: TransactionOptions,
): Promise<T> {
  const tx = createTransaction(loan, deadlineMs, scope);
  await tx.command('begin');
  try {
    const value = await work({ query: tx.query });
    await commit(tx);
    return value;
  } catch (error) {
    await rollBack(loan, deadlineMs);
    throw error;
  } finally {
    tx.end();
  }
}

type Transaction = Queryable & { command(text: string): Promise<string>; end(): void };

function createTransaction(loan: BorrowedConnection, deadlineMs: number, { signal }: Scope): Transaction {
  let isOver = false;
  return {
    async query<Row>(
      ...[statement, params = [], scope = {}]: Parameters<Queryable['query']>
    ): Promise<Row[]> {
      if (isOver) throw new Error(`${statement.name} was run after its transaction had ended`);
      return within([signal, scope.signal], deadlineMs, (until) =>
        runStatement<Row>(loan, statement, params, { signal: until, commits: false }),
      );
    },
    command: (text) =>
      within([signal], deadlineMs, (until) =>
        runCommand(loan, text, { signal: until, commits: text === 'commit' }),
      ),
    end: () => {
      isOver = true;
    },
  };
}

async function within<T>(
  signals: (AbortSignal | undefined)[],
  deadlineMs: number,
  run: (until: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = createDeadline(deadlineMs, ...signals);
  return run(deadline.signal).finally(deadline.clear);
}

/** COMMIT of a transaction in which a statement failed is answered with ROLLBACK, and no error. */
async function commit(tx: Transaction): Promise<void> {
  const answer = await tx.command('commit');
  if (answer !== 'COMMIT')
    throw new Error('A statement of the transaction failed unnoticed: it was rolled back');
}

/** A rollback that fails costs the connection; the server rolls back by itself then. */
async function rollBack(loan: BorrowedConnection, deadlineMs: number): Promise<void> {
  if (loan.isBroken) return;
  try {
    await within([], deadlineMs, (until) => runCommand(loan, 'rollback', { signal: until, commits: false }));
  } catch {
    loan.isBroken = true;
  }
}
