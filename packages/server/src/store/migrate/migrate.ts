/**
 * Changes the schema of a database to another version, one node at a time. Tables change by numbered migrations, each applied
 * once and in order. Routines (functions and triggers) are replaced by those of the files.
 *
 * Migrations run without routines, so that a database from nothing and an upgraded one go the same way. Usually one transaction
 * drops the routines, runs every missing migration and creates the routines. Other nodes see all of it or nothing; a call that
 * they are making at that moment may fail.
 *
 * Only a migration that begins with `-- no-transaction` (CREATE INDEX CONCURRENTLY and the like) divides this: it runs alone,
 * and the migrations before it are committed first, without routines. If a later one fails, the next start goes on from there.
 * Such a file holds one statement, which must be repeatable, because a crash may come before it is recorded. If it is the first
 * one missing, the present routines stay while it runs, so that other nodes can work during a long index build.
 *
 * The files' routines fit the newest tables only. So going down, or up to an older version, leaves a database without routines.
 * The next start applies those of the version that starts.
 */
import pg from 'pg';
import type { StoreLog } from '../database/store-log.ts';
import { type AppliedRow, forget, loadHistory, record } from './history.ts';
import { holdMigrationLock } from './lock.ts';
import { type Migration, type MigrationFile, readMigrations } from './migration-files.ts';
import {
  createRoutines,
  dropRoutines,
  type RoutineFile,
  type RoutineStatus,
  readRoutines,
  replaceRoutines,
  routineStatus,
} from './routines.ts';
import { inTransaction, runSql } from './run-sql.ts';

/** A migration that was applied or undone. */
export type Applied = { version: number; name: string };

/** The result of an upgrade: the migrations it applied, and whether it replaced the routines. */
export type Upgrade = { migrations: Applied[]; routines: boolean };

/** `appliedAt` is null if the migration is missing in the database. */
export type MigrationStatus = Applied & { appliedAt: Date | null };

/** The state of a database's schema: every known migration in order, and the routines. */
export type SchemaStatus = { migrations: MigrationStatus[]; routines: RoutineStatus };

/** The folders of the files. */
export type SchemaFolders = { migrations: URL; routines: URL };

/** `folders` are the ones of this version by default. */
export type MigrateOptions = { log: StoreLog; folders?: SchemaFolders };

const FOLDERS: SchemaFolders = {
  migrations: new URL('../migrations/', import.meta.url),
  routines: new URL('../schema/', import.meta.url),
};

/**
 * Applies the missing migrations, up to and including version `to` (default: all), then the routines if any file changed.
 * Several nodes may call it at once: they take turns.
 * @throws Error if files and database do not fit together, or a file fails: then its transaction is rolled back.
 */
export async function migrateUp(url: string, options: MigrateOptions & { to?: number }): Promise<Upgrade> {
  return withSchema(url, options, async ({ client, migrations, applied, routines }) => {
    const last = Math.min(options.to ?? migrations.length, migrations.length);
    const missing = migrations.slice(applied.length, last);
    const isNewest = last === migrations.length;
    const areStale = isNewest && (await routineStatus(client, routines)).stale.length > 0;
    if (missing.length > 0) {
      const steps = missing.map((migration) => ({
        file: migration.up,
        done: () => record(client, migration),
      }));
      await runSteps(client, steps, isNewest ? routines : []);
    } else if (areStale) {
      await replaceRoutines(client, routines);
    }
    for (const { label, version } of missing) options.log('info', `applied migration ${label}`, { version });
    if (areStale) options.log('info', 'applied the SQL functions', { files: routines.length });
    return { migrations: missing.map(toApplied), routines: areStale };
  });
}

/**
 * Undoes the newest `steps` (default 1) migrations and returns them. If there is one, the database has no routines afterwards.
 * @throws as `migrateUp`.
 */
export async function migrateDown(
  url: string,
  { steps: count = 1, ...options }: MigrateOptions & { steps?: number },
): Promise<Applied[]> {
  return withSchema(url, options, async ({ client, migrations, applied }) => {
    const newest = migrations.slice(Math.max(0, applied.length - count), applied.length).reverse();
    const steps = newest.map((migration) => ({
      file: migration.down,
      done: () => forget(client, migration),
    }));
    if (steps.length > 0) await runSteps(client, steps, []);
    for (const { label, version } of newest) options.log('info', `undid migration ${label}`, { version });
    return newest.map(toApplied);
  });
}

/** Returns the state of the database's schema. @throws as `migrateUp`. */
export async function schemaStatus(url: string, options: MigrateOptions): Promise<SchemaStatus> {
  return withSchema(url, options, async ({ client, migrations, applied, routines }) => ({
    migrations: migrations.map((migration, index) => ({
      ...toApplied(migration),
      appliedAt: applied[index]?.applied_at ?? null,
    })),
    routines: await routineStatus(client, routines),
  }));
}

/** A file to run, and the record of it, which is part of the same transaction. */
type Step = { file: MigrationFile; done: () => Promise<void> };
type Schema = {
  client: pg.Client;
  migrations: Migration[];
  applied: AppliedRow[];
  routines: RoutineFile[];
};

/** Runs steps without routines, then creates `routines`: in one transaction, or divided as this file's docstring says. */
async function runSteps(client: pg.Client, steps: Step[], routines: RoutineFile[]): Promise<void> {
  const tail = steps.findLastIndex(({ file }) => !file.isTransactional) + 1;
  for (const step of steps.slice(0, tail)) await runAlone(client, step);
  await inTransaction(client, async () => {
    await dropRoutines(client);
    for (const step of steps.slice(tail)) await runStep(client, step);
    await createRoutines(client, routines);
  });
}

async function runAlone(client: pg.Client, step: Step): Promise<void> {
  if (!step.file.isTransactional) return runStep(client, step);
  await inTransaction(client, async () => {
    await dropRoutines(client);
    await runStep(client, step);
  });
}

async function runStep(client: pg.Client, { file, done }: Step): Promise<void> {
  await runSql(client, file);
  await done();
}

/** Calls `work` while no other node migrates, after comparing the files with the database's history. */
async function withSchema<T>(
  url: string,
  { folders = FOLDERS }: MigrateOptions,
  work: (schema: Schema) => Promise<T>,
): Promise<T> {
  const migrations = await readMigrations(folders.migrations);
  const routines = await readRoutines(folders.routines);
  const client = new pg.Client({
    connectionString: url,
    application_name: 'banter migrate',
    keepAlive: true,
  });
  // The statement that meets a broken connection reports it.
  client.on('error', () => {});
  await client.connect();
  try {
    await holdMigrationLock(client);
    const applied = await loadHistory(client, migrations);
    return await work({ client, migrations, applied, routines });
  } finally {
    await client.end();
  }
}

function toApplied({ version, name }: Migration): Applied {
  return { version, name };
}
