import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { migrateDown, migrateUp, migrationStatus } from './migrate.ts';

const log = () => {};

let home: TestDatabase;
let folder: string;
let directory: URL;

beforeEach(async () => {
  home = await createEmptyDatabase();
  folder = await mkdtemp(join(tmpdir(), 'banter-migrations-'));
  directory = pathToFileURL(`${folder}/`);
  await write('0001_rooms', 'create table rooms (id int)', 'drop table rooms');
  await write('0002_words', 'create table words (id int); insert into words values (1)', 'drop table words');
});

afterEach(async () => {
  await home.drop();
  await rm(folder, { recursive: true });
});

test('the real migrations go up, down to nothing, and up again to the same schema', async () => {
  const applied = await migrateUp(home.url, { log });
  expect(applied.length).toBeGreaterThan(0);
  const first = await schema();
  expect(await migrateDown(home.url, { steps: applied.length, log })).toEqual([...applied].reverse());
  expect((await schema()).filter((line) => !line.includes('schema_migrations'))).toEqual([]);
  expect(await migrateUp(home.url, { log })).toEqual(applied);
  expect(await schema()).toEqual(first);
});

test('each of the real migrations is undone by its own way down', async () => {
  const count = (await migrationStatus(home.url, { log })).length;
  for (let version = 1; version <= count; version++) {
    const before = await schema();
    await migrateUp(home.url, { log, to: version });
    const there = await schema();
    await migrateDown(home.url, { log });
    if (version > 1) expect(await schema(), `down from ${version}`).toEqual(before);
    await migrateUp(home.url, { log, to: version });
    expect(await schema(), `up to ${version} again`).toEqual(there);
  }
});

test('each is applied once, in order', async () => {
  expect(await up()).toEqual([
    { version: 1, name: 'rooms' },
    { version: 2, name: 'words' },
  ]);
  expect(await up()).toEqual([]);
  expect(await tables()).toEqual(['rooms', 'schema_migrations', 'words']);
});

test('one may go up to a version only, and down by a number of steps', async () => {
  expect(await migrateUp(home.url, { log, directory, to: 1 })).toEqual([{ version: 1, name: 'rooms' }]);
  expect(await statuses()).toEqual(['rooms true', 'words false']);
  await up();
  expect(await migrateDown(home.url, { log, directory })).toEqual([{ version: 2, name: 'words' }]);
  expect(await statuses()).toEqual(['rooms true', 'words false']);
  expect(await migrateDown(home.url, { log, directory, steps: 5 })).toEqual([{ version: 1, name: 'rooms' }]);
  expect(await tables()).toEqual(['schema_migrations']);
});

test('a migration that fails is undone whole, and told with its file and line', async () => {
  await write('0003_broken', 'create table half (id int);\n\nselect wrong;\n', 'drop table half');
  await expect(up()).rejects.toThrow(/0003_broken\.up\.sql \(line 3\) failed: column "wrong" does not exist/);
  expect(await statuses()).toEqual(['rooms true', 'words true', 'broken false']);
  expect(await tables()).not.toContain('half');
});

test('a file that begins with -- no-transaction runs outside of one', async () => {
  const index = '-- no-transaction\ncreate index concurrently if not exists words_id on words (id)';
  await write('0003_index', index, '-- no-transaction\ndrop index concurrently if exists words_id');
  await up();
  expect(await schema()).toContain('index words_id');
  await migrateDown(home.url, { log, directory });
  expect(await schema()).not.toContain('index words_id');
});

test('an applied file that was edited is refused by name', async () => {
  await up();
  await write('0001_rooms', 'create table rooms (id bigint)', 'drop table rooms');
  await expect(up()).rejects.toThrow(/migration 0001_rooms was edited/);
});

test('other line ends are no edit', async () => {
  await write('0001_rooms', 'create table rooms (\nid int)', 'drop table rooms');
  await up();
  await write('0001_rooms', 'create table rooms (\r\nid int)', 'drop table rooms');
  expect(await up()).toEqual([]);
});

test('an applied migration whose file is gone is refused by name, and so is one under another name', async () => {
  await up();
  await move('0002_words', '0002_other');
  await expect(up()).rejects.toThrow(/migration 0002_words, which this version of banter does not know/);
  await remove('0002_other');
  await expect(up()).rejects.toThrow(/migration 0002_words, which/);
});

test('files that do not fit together are refused before anything runs', async () => {
  await write('0002_twin', 'select 1', 'select 1');
  await expect(up()).rejects.toThrow('0002_twin and 0002_words have the same number');
  await move('0002_twin', '0004_late');
  await expect(up()).rejects.toThrow('The migration 0004_late must have the number 0003');
  await remove('0004_late');
  await writeFile(join(folder, '0003_oneway.up.sql'), 'select 1');
  await expect(up()).rejects.toThrow('0003_oneway has no file 0003_oneway.down.sql');
  await rename(join(folder, '0003_oneway.up.sql'), join(folder, '3-oneway.sql'));
  await expect(up()).rejects.toThrow('3-oneway.sql must be named like');
  expect(await tables()).toEqual([]);
});

test('nodes that start at once take turns: each migration runs once', async () => {
  await write(
    '0003_slow',
    `select pg_sleep(0.2); insert into words values (2)`,
    'delete from words where id = 2',
  );
  await write(
    '0004_index',
    '-- no-transaction\ncreate index concurrently words_id on words (id)',
    'drop index words_id',
  );
  const applied = await Promise.all(Array.from({ length: 4 }, up));
  expect(applied.map(({ length }) => length).sort()).toEqual([0, 0, 0, 4]);
  expect(await ask('select count(*)::int as n from words')).toEqual([{ n: 2 }]);
});

function up() {
  return migrateUp(home.url, { log, directory });
}

async function write(label: string, upSql: string, downSql: string): Promise<void> {
  await writeFile(join(folder, `${label}.up.sql`), upSql);
  await writeFile(join(folder, `${label}.down.sql`), downSql);
}

async function move(from: string, to: string): Promise<void> {
  for (const way of ['up', 'down'])
    await rename(join(folder, `${from}.${way}.sql`), join(folder, `${to}.${way}.sql`));
}

async function remove(label: string): Promise<void> {
  for (const way of ['up', 'down']) await rm(join(folder, `${label}.${way}.sql`));
}

async function statuses(): Promise<string[]> {
  const rows = await migrationStatus(home.url, { log, directory });
  return rows.map(({ name, appliedAt }) => `${name} ${appliedAt !== null}`);
}

async function tables(): Promise<string[]> {
  const rows = await ask(`select tablename as name from pg_tables where schemaname = 'public' order by 1`);
  return rows.map(({ name }) => String(name));
}

/** Every table, column, index, constraint, trigger, function and type of the database, a line each. */
async function schema(): Promise<string[]> {
  const rows = await ask(`
    select 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
      || coalesce(' ' || column_default, '') as line from information_schema.columns where table_schema = 'public'
    union all select 'index ' || indexname from pg_indexes where schemaname = 'public'
    union all select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
      where connamespace = 'public'::regnamespace
    union all select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    union all select 'function ' || oid::regprocedure || ' ' || md5(pg_get_functiondef(oid)) from pg_proc
      where pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = pg_proc.oid and deptype = 'e')
    union all select 'type ' || typname from pg_type where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')
    order by 1`);
  return rows.map(({ line }) => String(line));
}

async function ask(text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: home.url });
  await client.connect();
  return client
    .query<Record<string, unknown>>(text)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}
