/** One statement on a borrowed connection, stopped on the server when its signal aborts. */

import type { PoolClient } from 'pg';
import { cancelStatement } from './cancel.ts';
import type { Statement } from './statements.ts';
import { breaksConnection, ConnectionLostError, isConnectionLost } from './store-error.ts';

/** A borrowed connection; once `spent` it takes no more statements and is destroyed when it is brought back. */
export type BorrowedConnection = { client: PoolClient; isBroken: boolean };

/** `commits`: when the line is lost, the statement may nevertheless have taken effect for good. */
export type RunOptions = { signal: AbortSignal; commits: boolean };

/** Runs a prepared statement and gives its rows. @throws ConnectionLostError, the signal's reason, or PostgreSQL's error. */
export async function runStatement<Row>(
  loan: BorrowedConnection,
  { name, text }: Statement,
  params: readonly unknown[],
  options: RunOptions,
): Promise<Row[]> {
  const result = await guard(loan, options, () => loan.client.query({ name, text, values: [...params] }));
  return result.rows as Row[];
}

/** Runs plain SQL and gives its command tag, as in `COMMIT`. @throws as `runStatement`. */
export async function runCommand(
  loan: BorrowedConnection,
  text: string,
  options: RunOptions,
): Promise<string> {
  const result = await guard(loan, options, () => loan.client.query(text));
  return result.command;
}

function guard<T>(
  loan: BorrowedConnection,
  { signal, commits }: RunOptions,
  start: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const stop = () => {
      loan.isBroken = true;
      cancelStatement(loan.client);
      reject(new ConnectionLostError(signal.reason, commits));
    };
    const fail = (error: unknown) => {
      const isLost = isConnectionLost(error);
      loan.isBroken ||= isLost || breaksConnection(error);
      reject(isLost ? new ConnectionLostError(error, commits) : error);
    };
    signal.addEventListener('abort', stop, { once: true });
    start()
      .then(resolve, fail)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
