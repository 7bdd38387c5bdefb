/** The table that remembers which migrations a database has. */

import type pg from 'pg';
import type { Migration } from './migration-files.ts';

export type AppliedRow = { version: number; name: string; checksum: string; applied_at: Date };

const CREATE_TABLE = `
  create table if not exists schema_migrations (
    version int primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`;
const LIST = 'select version, name, checksum, applied_at from schema_migrations order by version';
const INSERT = 'insert into schema_migrations (version, name, checksum) values ($1, $2, $3)';
const DELETE = 'delete from schema_migrations where version = $1';

/**
 * What has been applied, in order.
 * @throws Error when a migration that was applied is missing here, or has been edited since.
 */
export async function loadHistory(client: pg.Client, migrations: Migration[]): Promise<AppliedRow[]> {
  await client.query(CREATE_TABLE);
  const { rows } = await client.query<AppliedRow>(LIST);
  for (const [index, row] of rows.entries()) checkRow(row, migrations[index]);
  return rows;
}

/** Notes that `migration` was applied. */
export async function record(client: pg.Client, { version, name, checksum }: Migration): Promise<void> {
  await client.query(INSERT, [version, name, checksum]);
}

/** Notes that `migration` was taken back. */
export async function forget(client: pg.Client, { version }: Migration): Promise<void> {
  await client.query(DELETE, [version]);
}

function checkRow(row: AppliedRow, migration: Migration | undefined): void {
  const label = `${String(row.version).padStart(4, '0')}_${row.name}`;
  if (migration?.version !== row.version || migration.name !== row.name) {
    throw new Error(
      `The database has the migration ${label}, which this version of banter does not know: ` +
        'start the version that applied it, or a newer one',
    );
  }
  if (migration.checksum !== row.checksum) {
    throw new Error(
      `The migration ${label} was edited after it had been applied: ` +
        'restore its file, and write the change as a new migration',
    );
  }
}
