/** The table `schema_migrations`, which records the migrations that a database has. */
import type pg from 'pg';
import type { Migration } from './migration-files.ts';

/** A migration that was applied, as the database recorded it. */
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

/** The first migration of unreleased versions, which mixed tables and functions in another numbering. */
const UNRELEASED_FIRST = 'people';

/**
 * Returns the migrations that were applied, in order.
 * @throws Error if an applied migration is unknown here or was edited since, or if an unreleased version made the database.
 */
export async function loadHistory(client: pg.Client, migrations: Migration[]): Promise<AppliedRow[]> {
  await client.query(CREATE_TABLE);
  const { rows } = await client.query<AppliedRow>(LIST);
  if (rows[0]?.name === UNRELEASED_FIRST) {
    throw new Error(
      'An unreleased version of banter made this database, and no released version can upgrade it: ' +
        'start with an empty database, or with another DATA_DIR',
    );
  }
  for (const [index, row] of rows.entries()) checkRow(row, migrations[index]);
  return rows;
}

/** Records that a migration was applied. */
export async function record(client: pg.Client, { version, name, checksum }: Migration): Promise<void> {
  await client.query(INSERT, [version, name, checksum]);
}

/** Records that a migration was undone. */
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
