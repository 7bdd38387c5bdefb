/**
 * The routines: all functions and triggers, which stand once, by topic, in `schema/NN_topic.sql`.
 *
 * They have no history. Whenever a file differs from what the database recorded, one transaction drops every routine and
 * creates those of the files, in the order of the files' names. So a removed function disappears, and arguments or return
 * types may change freely. Other sessions see the old set until the commit, then the new one.
 *
 * - A routine with a SQL-standard body (`RETURN …`) depends on the tables and functions that it names. PostgreSQL also checks
 *   the names in other SQL bodies when it creates them. Hence migrations run without routines (see migrate.ts), and a file
 *   comes after the files whose functions such bodies call.
 * - Triggers are dropped before the functions and created by the files. They lock their tables in the order in which they
 *   stand in the files, which must be the order in which an act locks these tables. Otherwise the two could deadlock.
 * - An index, generated column, default or CHECK must not call a routine, because a new body would leave stored values
 *   outdated. Migrations cannot create one: no routine exists while they run. One made by hand stops the drop, with an error.
 *
 * Only routines that were created here are dropped: each file's row in `schema_routines` lists them.
 */
import pg from 'pg';
import { runSql, type SqlFile } from './run-sql.ts';
import { checksumOf, listSqlFiles, readSqlFile } from './sql-files.ts';

/** A file of routines and the SHA-256 of its text in hex. */
export type RoutineFile = SqlFile & { checksum: string };

/** `stale` names the files that differ from what the database has: new, changed, removed, or all after a migration down. */
export type RoutineStatus = { files: number; stale: string[] };

const FILE_NAME = /^\d\d_[a-z0-9_]+\.sql$/;
const DEPENDENT_OBJECTS = '2BP01';

const CREATE_TABLE = `
  create table if not exists schema_routines (
    file text primary key,
    checksum text not null,
    triggers text[] not null,
    routines text[] not null,
    applied_at timestamptz not null default now()
  )`;
const LIST = 'select file, checksum, triggers, routines from schema_routines order by file';
const INSERT = 'insert into schema_routines (file, checksum, triggers, routines) values ($1, $2, $3, $4)';
const DELETE_ALL = 'delete from schema_routines';

/** The triggers and routines that the current transaction has created, in that order. */
const LIST_CREATED = `
  select
    array(
      select format('%I on %s', tgname, tgrelid::regclass) from pg_trigger
      where xmin = pg_current_xact_id()::xid and not tgisinternal order by oid
    ) as triggers,
    array(
      select oid::regprocedure::text from pg_proc where xmin = pg_current_xact_id()::xid order by oid
    ) as routines`;

type Created = { triggers: string[]; routines: string[] };
type RoutineRow = Created & { file: string; checksum: string };

/**
 * Reads a folder of routines, in the order in which they are created.
 * @throws Error naming a file whose name is wrong.
 */
export async function readRoutines(directory: URL): Promise<RoutineFile[]> {
  const names = await listSqlFiles(directory);
  const misnamed = names.find((name) => !FILE_NAME.test(name));
  if (misnamed) throw new Error(`The file of SQL functions ${misnamed} must be named like 01_some_words.sql`);
  const files = await Promise.all(names.map((name) => readSqlFile(directory, name)));
  return files.map((file) => ({ ...file, checksum: checksumOf(file.sql) }));
}

/** Compares the files with what the database has recorded. */
export async function routineStatus(client: pg.Client, files: RoutineFile[]): Promise<RoutineStatus> {
  const applied = new Map((await listRows(client)).map(({ file, checksum }) => [file, checksum]));
  const changed = files.filter(({ name, checksum }) => applied.get(name) !== checksum);
  const removed = [...applied.keys()].filter((file) => !files.some(({ name }) => name === file));
  return { files: files.length, stale: [...changed.map(({ name }) => name), ...removed].sort() };
}

/**
 * Drops every routine that was created here. Call it in a transaction.
 * @throws Error if something that was made by hand depends on a routine.
 */
export async function dropRoutines(client: pg.Client): Promise<void> {
  const rows = await listRows(client);
  for (const trigger of rows.flatMap(({ triggers }) => triggers)) {
    await client.query(`drop trigger if exists ${trigger}`);
  }
  // One statement, because routines with SQL-standard bodies depend on one another.
  const routines = rows.flatMap((row) => row.routines).join(', ');
  if (routines !== '') await client.query(`drop routine if exists ${routines}`).catch(explain);
  await client.query(DELETE_ALL);
}

/**
 * Creates the routines of the files and records them. Call it in a transaction, after `dropRoutines`.
 * @throws Error naming the file and the line that PostgreSQL rejected.
 */
export async function createRoutines(client: pg.Client, files: RoutineFile[]): Promise<void> {
  // The same transaction may have created other functions before, those of an extension for example.
  let before = await listCreated(client);
  for (const file of files) {
    await runSql(client, file);
    const now = await listCreated(client);
    const triggers = now.triggers.filter((name) => !before.triggers.includes(name));
    const routines = now.routines.filter((name) => !before.routines.includes(name));
    await client.query(INSERT, [file.name, file.checksum, triggers, routines]);
    before = now;
  }
}

async function listCreated(client: pg.Client): Promise<Created> {
  const { rows } = await client.query<Created>(LIST_CREATED);
  return rows[0] ?? { triggers: [], routines: [] };
}

async function listRows(client: pg.Client): Promise<RoutineRow[]> {
  await client.query(CREATE_TABLE);
  return (await client.query<RoutineRow>(LIST)).rows;
}

function explain(error: unknown): never {
  if (!(error instanceof pg.DatabaseError) || error.code !== DEPENDENT_OBJECTS) throw error;
  throw new Error(
    `The SQL functions cannot be replaced, because something else in the database uses them: ${error.detail}. ` +
      'Drop it first',
    { cause: error },
  );
}
