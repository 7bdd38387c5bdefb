/** Runs one statement on a borrowed connection, and cancels it on the server when its signal aborts. */

import type { PoolClient } from 'pg';
import { cancelStatement } from './cancel.ts';
import type { Statement } from './statements.ts';
import { breaksConnection, ConnectionLostError, isConnectionLost } from './store-error.ts';

/** A connection from the pool. If `isBroken`, it runs nothing further and is destroyed on release. */
export type BorrowedConnection = { client: PoolClient; isBroken: boolean };

/** `commits`: the statement may have committed even if the connection is lost before the answer. */
export type RunOptions = { signal: AbortSignal; commits: boolean };

/**
 * Runs a prepared statement and returns its rows.
 * @throws ConnectionLostError, the signal's reason, or PostgreSQL's error.
 */
export async function runStatement<Row>(
  connection: BorrowedConnection,
  { name, text }: Statement,
  params: readonly unknown[],
  options: RunOptions,
): Promise<Row[]> {
  const { client } = connection;
  const result = await guard(connection, options, () => client.query({ name, text, values: [...params] }));
  return result.rows as Row[];
}

/** Runs plain SQL and returns its command tag, for example `COMMIT`. @throws as `runStatement`. */
export async function runCommand(
  connection: BorrowedConnection,
  text: string,
  options: RunOptions,
): Promise<string> {
  const result = await guard(connection, options, () => connection.client.query(text));
  return result.command;
}

function guard<T>(
  connection: BorrowedConnection,
  { signal, commits }: RunOptions,
  start: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const abort = () => {
      connection.isBroken = true;
      cancelStatement(connection.client);
      reject(new ConnectionLostError(signal.reason, commits));
    };
    const fail = (error: unknown) => {
      const isLost = isConnectionLost(error);
      connection.isBroken ||= isLost || breaksConnection(error);
      reject(isLost ? new ConnectionLostError(error, commits) : error);
    };
    signal.addEventListener('abort', abort, { once: true });
    start()
      .then(resolve, fail)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
