/**
 * The routines: all functions and triggers. Each is defined once, by topic, in a file of `schema/`. They have no history: if a file
 * differs from what the database recorded, all files run again, in the order of their names and in one transaction.
 *
 * - Files use CREATE OR REPLACE, so a routine whose arguments and return type stay keeps its identity: calls of other sessions
 *   go on through the change. Then every recorded routine that the files did not create is dropped.
 * - PostgreSQL refuses to replace a routine by one with another return type, and may find a call ambiguous while the old
 *   arguments still exist. Therefore, if a file fails, all routines are dropped and created in a second transaction.
 *   If that fails too, nothing has changed, and its error is reported.
 * - Routines with a SQL-standard body (`RETURN …`) depend on the columns and functions that they name. PostgreSQL also checks
 *   the names in other SQL bodies when it creates them. So migrations run without routines (see migrate.ts), and a file
 *   comes after the files whose functions such bodies call.
 * - Triggers lock their tables, in the order of the files. That must be the order in which an act locks them, or the two could
 *   deadlock.
 * - An index, generated column, default or CHECK must not call a routine, because a new body would leave stored values
 *   outdated. Migrations cannot create one: no routine exists while they run. One made by hand stops a drop, with an error.
 *
 * Only routines that were created here are dropped: each file's row in `schema_routines` lists them.
 */
import pg from 'pg';
import { inTransaction, runSql, type SqlFile } from './run-sql.ts';
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

/** The triggers and routines that the current transaction has created or replaced, in the order of their creation. */
const LIST_CREATED = `
  select
    array(
      select format('%I on %s', tgname, tgrelid::regclass) from pg_trigger
      where xmin = pg_current_xact_id()::xid and not tgisinternal order by cmin::text::int
    ) as triggers,
    array(
      select oid::regprocedure::text from pg_proc
      where xmin = pg_current_xact_id()::xid order by cmin::text::int
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
 * Replaces the routines by those of the files.
 * @throws Error naming the file and the line that PostgreSQL rejected, or what depends on a routine: nothing has changed then.
 */
export async function replaceRoutines(client: pg.Client, files: RoutineFile[]): Promise<void> {
  try {
    await inTransaction(client, () => createRoutines(client, files));
  } catch (first) {
    await inTransaction(client, async () => {
      await dropRoutines(client);
      await createRoutines(client, files);
    }).catch((second: unknown) => {
      throw isFromPostgres(second) ? second : first;
    });
  }
}

/**
 * Drops every routine that was created here. Call it in a transaction.
 * @throws Error if something that was made by hand depends on a routine.
 */
export async function dropRoutines(client: pg.Client): Promise<void> {
  await drop(client, ...namesOf(await listRows(client)));
  await client.query(DELETE_ALL);
}

/**
 * Runs the files, drops the recorded routines that they did not create, and records them. Call it in a transaction.
 * @throws Error naming the file and the line that PostgreSQL rejected.
 */
export async function createRoutines(client: pg.Client, files: RoutineFile[]): Promise<void> {
  const recorded = namesOf(await listRows(client));
  await client.query(DELETE_ALL);
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
  const [triggers, routines] = recorded;
  await drop(
    client,
    triggers.filter((name) => !before.triggers.includes(name)),
    routines.filter((name) => !before.routines.includes(name)),
  );
}

async function drop(client: pg.Client, triggers: string[], routines: string[]): Promise<void> {
  for (const trigger of triggers) await client.query(`drop trigger if exists ${trigger}`);
  if (routines.length === 0) return;
  // One statement, because routines with SQL-standard bodies depend on one another.
  await client.query(`drop routine if exists ${routines.join(', ')}`).catch(explain);
}

function namesOf(rows: RoutineRow[]): [triggers: string[], routines: string[]] {
  return [rows.flatMap(({ triggers }) => triggers), rows.flatMap(({ routines }) => routines)];
}

async function listCreated(client: pg.Client): Promise<Created> {
  const { rows } = await client.query<Created>(LIST_CREATED);
  return rows[0] ?? { triggers: [], routines: [] };
}

async function listRows(client: pg.Client): Promise<RoutineRow[]> {
  await client.query(CREATE_TABLE);
  return (await client.query<RoutineRow>(LIST)).rows;
}

/** Whether PostgreSQL rejected a statement. Without a connection, the driver does, and its error says nothing about the reason. */
function isFromPostgres(error: unknown): boolean {
  return error instanceof Error && [error, error.cause].some((part) => part instanceof pg.DatabaseError);
}

function explain(error: unknown): never {
  if (!(error instanceof pg.DatabaseError) || error.code !== DEPENDENT_OBJECTS) throw error;
  throw new Error(
    `The SQL functions cannot be replaced, because something else in the database uses them: ${error.detail}. ` +
      'Drop it first',
    { cause: error },
  );
}
