/** Runs SQL files of the schema, and transactions around them. */
import pg from 'pg';

/** SQL text, and the file that errors name. */
export type SqlFile = { name: string; sql: string };

/**
 * Runs all statements of a file.
 * @throws Error naming the file, the line if PostgreSQL gives a position or a function, and PostgreSQL's reason.
 */
export async function runSql(client: pg.Client, { name, sql }: SqlFile): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${name}${lineOf(error, sql)} failed: ${reason}`, { cause: error });
  }
}

/** Commits what `work` does, or nothing if it throws. @throws the error of `work`, or of the commit. */
export async function inTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    // A lost connection cannot roll back, and the server does it anyway. The first error is the one to report.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

function lineOf(error: unknown, sql: string): string {
  if (!(error instanceof pg.DatabaseError)) return '';
  const end = error.position === undefined ? startOfFunction(error.where, sql) : Number(error.position);
  return end === -1 ? '' : ` (line ${sql.slice(0, end).split('\n').length})`;
}

/** Finds the function that PostgreSQL names in an error without a position. Returns -1 without one. */
function startOfFunction(where: string | undefined, sql: string): number {
  const [, name] = /function "?(\w+)/i.exec(where ?? '') ?? [];
  return name === undefined ? -1 : sql.search(new RegExp(`^create (or replace )?function ${name}\\b`, 'im'));
}
