/** Numbered migrations: each applied once, in order, all or nothing, by one node at a time. */

import pg from 'pg';
import type { StoreLog } from '../database/store-log.ts';
import { type Migration, readMigrations } from './migration-files.ts';
import { type AppliedRow, forget, loadHistory, record } from './history.ts';
import { holdMigrationLock } from './lock.ts';
import { runFile } from './run-sql.ts';

/** A migration that was applied or taken back. */
export type Applied = { version: number; name: string };

/** `appliedAt` is null as long as the migration has not been applied. */
export type MigrationStatus = Applied & { appliedAt: Date | null };

/** `directory` is where the files are, by default beside this module. */
export type MigrateOptions = { log: StoreLog; directory?: URL };

/**
 * Applies what is missing, up to and with version `to` (default: everything), and says what it applied.
 * Safe to call on several nodes at once: they take turns.
 * @throws Error when the files and the database do not fit together, or a migration fails: it is rolled back then.
 */
export async function migrateUp(url: string, options: MigrateOptions & { to?: number }): Promise<Applied[]> {
  return withHistory(url, options, async ({ client, migrations, applied }) => {
    const last = options.to ?? Number.POSITIVE_INFINITY;
    const missing = migrations.filter(({ version }) => version > applied.length && version <= last);
    for (const migration of missing) {
      await runFile(client, migration.up, () => record(client, migration));
      options.log('info', `applied migration ${migration.label}`, { version: migration.version });
    }
    return missing.map(({ version, name }) => ({ version, name }));
  });
}

/**
 * Takes the newest `steps` (default 1) migrations back and says which.
 * @throws as `migrateUp`.
 */
export async function migrateDown(
  url: string,
  { steps = 1, ...options }: MigrateOptions & { steps?: number },
): Promise<Applied[]> {
  return withHistory(url, options, async ({ client, migrations, applied }) => {
    const newest = migrations.slice(Math.max(0, applied.length - steps), applied.length).reverse();
    for (const migration of newest) {
      await runFile(client, migration.down, () => forget(client, migration));
      options.log('info', `took back migration ${migration.label}`, { version: migration.version });
    }
    return newest.map(({ version, name }) => ({ version, name }));
  });
}

/** Every known migration, in order, and when it was applied. @throws as `migrateUp`. */
export async function migrationStatus(url: string, options: MigrateOptions): Promise<MigrationStatus[]> {
  return withHistory(url, options, async ({ migrations, applied }) =>
    migrations.map(({ version, name }, index) => ({
      version,
      name,
      appliedAt: applied[index]?.applied_at ?? null,
    })),
  );
}

type History = { client: pg.Client; migrations: Migration[]; applied: AppliedRow[] };

/** Only one node is inside at a time; the files and the table have been compared before `work` begins. */
async function withHistory<T>(
  url: string,
  { directory = new URL('../migrations/', import.meta.url) }: MigrateOptions,
  work: (history: History) => Promise<T>,
): Promise<T> {
  const migrations = await readMigrations(directory);
  const client = new pg.Client({
    connectionString: url,
    application_name: 'banter migrate',
    keepAlive: true,
  });
  // A connection that breaks is told by the statement that it breaks.
  client.on('error', () => {});
  await client.connect();
  try {
    await holdMigrationLock(client);
    const applied = await loadHistory(client, migrations);
    return await work({ client, migrations, applied });
  } finally {
    await client.end();
  }
}
