/** One migration file, run all or nothing. */

import pg from 'pg';
import type { MigrationFile } from './migration-files.ts';

/**
 * Runs `file` and then `note`, in one transaction. A file that begins with `-- no-transaction` (for CREATE INDEX
 * CONCURRENTLY and the like) holds one statement, which must bear being run again: a crash may come before `note`.
 * @throws Error naming the file and the line in it.
 */
export async function runFile(
  client: pg.Client,
  file: MigrationFile,
  note: () => Promise<void>,
): Promise<void> {
  if (!file.isTransactional) {
    await runSql(client, file);
    return note();
  }
  await client.query('begin');
  try {
    await runSql(client, file);
    await note();
    await client.query('commit');
  } catch (error) {
    // On a broken line the server rolls back by itself, and the first error is the one to tell.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

async function runSql(client: pg.Client, { name, sql }: MigrationFile): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The migration ${name}${lineOf(error, sql)} failed: ${reason}`, { cause: error });
  }
}

function lineOf(error: unknown, sql: string): string {
  if (!(error instanceof pg.DatabaseError) || error.position === undefined) return '';
  return ` (line ${sql.slice(0, Number(error.position)).split('\n').length})`;
}
