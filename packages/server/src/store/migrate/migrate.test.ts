import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createEmptyDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { openSql, type Sql } from '../../../test/harness/sql.ts';
import { migrateDown, migrateUp, schemaStatus } from './migrate.ts';

const log = () => {};

let home: TestDatabase;
let sql: Sql;
let folder: string;

beforeEach(async () => {
  home = await createEmptyDatabase();
  sql = await openSql(home.url);
  folder = await mkdtemp(join(tmpdir(), 'banter-migrations-'));
  for (const name of ['migrations', 'routines']) await mkdir(join(folder, name));
  await write('0001_rooms', 'create table rooms (id int)', 'drop table rooms');
  await write('0002_words', 'create table words (id int); insert into words values (1)', 'drop table words');
});

afterEach(async () => {
  await sql.close();
  await home.drop();
  await rm(folder, { recursive: true });
});

describe('migrations', () => {
  test('each is applied once, in order', async () => {
    expect(await up()).toEqual([
      { version: 1, name: 'rooms' },
      { version: 2, name: 'words' },
    ]);
    expect(await up()).toEqual([]);
    expect(await tables()).toEqual(['rooms', 'schema_migrations', 'schema_routines', 'words']);
  });

  test('go up to a given version, and down by a number of steps', async () => {
    expect(await up(1)).toEqual([{ version: 1, name: 'rooms' }]);
    expect(await statuses()).toEqual(['rooms true', 'words false']);
    await up();
    expect(await down()).toEqual([{ version: 2, name: 'words' }]);
    expect(await statuses()).toEqual(['rooms true', 'words false']);
    expect(await down(5)).toEqual([{ version: 1, name: 'rooms' }]);
    expect(await tables()).toEqual(['schema_migrations', 'schema_routines']);
  });

  test('are applied all or not at all, and a failure names its file and line', async () => {
    await up(1);
    await write('0003_broken', 'create table half (id int);\n\nselect wrong;\n', 'drop table half');
    await expect(up()).rejects.toThrow(
      /0003_broken\.up\.sql \(line 3\) failed: column "wrong" does not exist/,
    );
    expect(await statuses()).toEqual(['rooms true', 'words false', 'broken false']);
    expect(await tables()).not.toContain('half');
  });

  test('a file that begins with -- no-transaction runs outside of one', async () => {
    const index = '-- no-transaction\ncreate index concurrently if not exists words_id on words (id)';
    await write('0003_index', index, '-- no-transaction\ndrop index concurrently if exists words_id');
    await up();
    expect(await sql.rows(`select from pg_indexes where indexname = 'words_id'`)).toHaveLength(1);
    await down();
    expect(await sql.rows(`select from pg_indexes where indexname = 'words_id'`)).toHaveLength(0);
  });

  test('after a file outside of a transaction, a failure keeps what came before', async () => {
    await write('0003_index', '-- no-transaction\ncreate index concurrently words_id on words (id)', '');
    await write('0004_broken', 'create table half (id int); select wrong', 'drop table half');
    await expect(up()).rejects.toThrow('0004_broken.up.sql');
    expect(await statuses()).toEqual(['rooms true', 'words true', 'index true', 'broken false']);
  });

  test('an applied file that was edited is rejected by name', async () => {
    await up();
    await write('0001_rooms', 'create table rooms (id bigint)', 'drop table rooms');
    await expect(up()).rejects.toThrow(/migration 0001_rooms was edited/);
  });

  test('other line ends are not an edit', async () => {
    await write('0001_rooms', 'create table rooms (\nid int)', 'drop table rooms');
    await up();
    await write('0001_rooms', 'create table rooms (\r\nid int)', 'drop table rooms');
    expect(await up()).toEqual([]);
  });

  test('an applied migration whose file is gone or renamed is rejected by name', async () => {
    await up();
    await move('0002_words', '0002_other');
    await expect(up()).rejects.toThrow(/migration 0002_words, which this version of banter does not know/);
    await remove('0002_other');
    await expect(up()).rejects.toThrow(/migration 0002_words, which/);
  });

  test('a database of an unreleased version is rejected, with the way out', async () => {
    await write('0001_people', 'create table accounts (id int)', 'drop table accounts');
    await remove('0001_rooms');
    await remove('0002_words');
    await expect(up().then(() => up())).rejects.toThrow(/unreleased version .* start with an empty database/);
  });

  test('files that do not fit together are rejected before anything runs', async () => {
    await write('0002_twin', 'select 1', 'select 1');
    await expect(up()).rejects.toThrow('0002_twin and 0002_words have the same number');
    await move('0002_twin', '0004_late');
    await expect(up()).rejects.toThrow('The migration 0004_late must have the number 0003');
    await remove('0004_late');
    await writeFile(join(folder, 'migrations', '0003_oneway.up.sql'), 'select 1');
    await expect(up()).rejects.toThrow('0003_oneway has no file 0003_oneway.down.sql');
    const path = join(folder, 'migrations');
    await rename(join(path, '0003_oneway.up.sql'), join(path, '3-oneway.sql'));
    await expect(up()).rejects.toThrow('3-oneway.sql must be named like');
    expect(await tables()).toEqual([]);
  });

  test('nodes that start at once take turns: each migration runs once', async () => {
    await write('0003_slow', 'select pg_sleep(0.2); insert into words values (2)', 'select 1');
    await write('0004_index', '-- no-transaction\ncreate index concurrently words_id on words (id)', '');
    await writeRoutines('01_one', 'create function one() returns int language sql return 1;');
    const applied = await Promise.all(Array.from({ length: 4 }, () => up()));
    expect(applied.map(({ length }) => length).sort()).toEqual([0, 0, 0, 4]);
    expect(await sql.row('select count(*)::int as n from words')).toEqual({ n: 2 });
    expect(await routines()).toEqual(['one()']);
  });
});

describe('routines', () => {
  beforeEach(async () => {
    await writeRoutines('01_first', 'create function base() returns int language sql return 1;');
    await writeRoutines('02_second', 'create function twice() returns int language sql return 2 * base();');
    await up();
  });

  test('are created in the order of the files, and again when a file changes', async () => {
    expect(await sql.row('select twice() as n')).toEqual({ n: 2 });
    expect((await status()).routines).toEqual({ files: 2, stale: [] });
    await writeRoutines('01_first', 'create function base() returns int language sql return 5;');
    expect((await status()).routines).toEqual({ files: 2, stale: ['01_first.sql'] });
    expect(await migrateUp(home.url, options())).toEqual({ migrations: [], routines: true });
    expect(await sql.row('select twice() as n')).toEqual({ n: 10 });
    expect(await migrateUp(home.url, options())).toEqual({ migrations: [], routines: false });
  });

  test('other line ends are not a change', async () => {
    await writeRoutines('01_first', 'create function base()\nreturns int language sql return 1;');
    await up();
    await writeRoutines('01_first', 'create function base()\r\nreturns int language sql return 1;');
    expect((await status()).routines.stale).toEqual([]);
  });

  test('a routine or a file that is gone is dropped', async () => {
    await writeRoutines('02_second', 'create function half() returns int language sql return base();');
    await up();
    expect(await routines()).toEqual(['base()', 'half()']);
    await rm(join(folder, 'routines', '02_second.sql'));
    await up();
    expect(await routines()).toEqual(['base()']);
  });

  test('arguments and return types may change, although others depend on them', async () => {
    await writeRoutines('01_first', "create function base(p text = '7') returns text language sql return p;");
    await writeRoutines(
      '02_second',
      'create function twice() returns text language sql return base() || base();',
    );
    await up();
    expect(await routines()).toEqual(['base(text)', 'twice()']);
    expect(await sql.row('select twice() as n')).toEqual({ n: '77' });
  });

  test('a trigger is created, replaced and dropped with its function', async () => {
    const trigger = (body: string) => `
      create function mark() returns trigger language plpgsql as $$ begin ${body} return new; end $$;
      create trigger words_mark before insert on words for each row execute function mark();`;
    await writeRoutines('03_third', trigger('new.id := -new.id;'));
    await up();
    await sql.rows('insert into words values (10)');
    await writeRoutines('03_third', trigger('new.id := 2 * new.id;'));
    await up();
    await sql.rows('insert into words values (10)');
    await writeRoutines('03_third', '');
    await up();
    await sql.rows('insert into words values (10)');
    const { ids } = await sql.row<{ ids: number[] }>('select array_agg(id) as ids from words');
    expect(ids).toEqual([1, -10, 20, 10]);
  });

  test.each([
    ['a statement', 'create function fine() returns int language sql return 3;\n\nselect wrong;', 3],
    [
      'the body of a SQL function',
      'create function bad() returns int language sql as $$\n  select 1;\n  select nothing;\n$$;',
      3,
    ],
    [
      'the body of a PL/pgSQL function',
      'create function bad() returns int language plpgsql as $$\nbegin\n  retrun 1;\nend $$;',
      3,
    ],
  ])('a failure in %s changes nothing, and names its file and line', async (_, text, line) => {
    const before = await catalog();
    await writeRoutines('01_first', 'create function base() returns int language sql return 8;');
    await writeRoutines('02_second', `create function twice() returns int language sql return 9;`);
    await writeRoutines('03_third', text);
    await expect(up()).rejects.toThrow(new RegExp(`^03_third\\.sql \\(line ${line}\\) failed: `));
    expect(await catalog()).toEqual(before);
    expect(await sql.row('select twice() as n')).toEqual({ n: 2 });
    expect((await status()).routines.stale).toEqual(['01_first.sql', '02_second.sql', '03_third.sql']);
  });

  test('a failing migration leaves the routines as they were', async () => {
    await write('0003_broken', 'select wrong', 'select 1');
    await expect(up()).rejects.toThrow('0003_broken.up.sql');
    expect(await sql.row('select twice() as n')).toEqual({ n: 2 });
  });

  test('a migration may change a column that a routine names', async () => {
    await writeRoutines(
      '03_third',
      'create function top() returns int language sql return (select max(id) from words);',
    );
    await up();
    await write('0003_wide', 'alter table words alter id type text', 'select 1');
    await expect(up()).rejects.toThrow('03_third.sql (line 1) failed: ');
    await writeRoutines(
      '03_third',
      'create function top() returns text language sql return (select max(id) from words);',
    );
    expect(await up()).toEqual([{ version: 3, name: 'wide' }]);
    expect(await sql.row('select top() as n')).toEqual({ n: '1' });
  });

  test('a migration cannot build on a routine', async () => {
    await write('0003_index', 'create index on words (base())', '');
    await expect(up()).rejects.toThrow('function base() does not exist');
  });

  test('going down drops them, and the next start applies them', async () => {
    await down();
    expect(await routines()).toEqual([]);
    expect((await status()).routines).toEqual({ files: 2, stale: ['01_first.sql', '02_second.sql'] });
    await up();
    expect(await routines()).toEqual(['base()', 'twice()']);
  });

  test('going up to an older version leaves them out', async () => {
    await down(2);
    await up(1);
    expect(await routines()).toEqual([]);
  });

  test('functions of the operator and of extensions stay', async () => {
    await sql.rows('create function mine() returns int language sql return 1');
    await write('0003_extension', 'create extension pg_trgm', 'drop extension pg_trgm');
    await up();
    await writeRoutines('02_second', '');
    await up();
    expect(await routines()).toEqual(expect.arrayContaining(['base()', 'mine()', 'similarity(text,text)']));
  });

  test('an index that was made by hand on a routine stops the change, with its name', async () => {
    await sql.rows('create function pure(int) returns int language sql immutable return $1');
    await sql.rows('drop function pure');
    await writeRoutines(
      '03_third',
      'create function pure(int) returns int language sql immutable return $1;',
    );
    await up();
    await sql.rows('create index words_pure on words (pure(id))');
    await writeRoutines('03_third', '');
    await expect(up()).rejects.toThrow(
      /something else in the database uses them: index words_pure depends on/,
    );
    await sql.rows('drop index words_pure');
    await up();
    expect(await routines()).toEqual(['base()', 'twice()']);
  });

  test('a file with a wrong name is rejected', async () => {
    await writeRoutines('third', '');
    await expect(up()).rejects.toThrow('third.sql must be named like 01_some_words.sql');
  });
});

function options() {
  const [migrations, routineFolder] = ['migrations', 'routines'].map((name) =>
    pathToFileURL(`${join(folder, name)}/`),
  ) as [URL, URL];
  return { log, folders: { migrations, routines: routineFolder } };
}

async function up(to?: number) {
  return (await migrateUp(home.url, { ...options(), ...(to === undefined ? {} : { to }) })).migrations;
}

function down(steps = 1) {
  return migrateDown(home.url, { ...options(), steps });
}

function status() {
  return schemaStatus(home.url, options());
}

async function write(label: string, upSql: string, downSql: string): Promise<void> {
  await writeFile(join(folder, 'migrations', `${label}.up.sql`), upSql);
  await writeFile(join(folder, 'migrations', `${label}.down.sql`), downSql);
}

async function writeRoutines(name: string, text: string): Promise<void> {
  await writeFile(join(folder, 'routines', `${name}.sql`), text);
}

async function move(from: string, to: string): Promise<void> {
  for (const way of ['up', 'down']) {
    const path = join(folder, 'migrations');
    await rename(join(path, `${from}.${way}.sql`), join(path, `${to}.${way}.sql`));
  }
}

async function remove(label: string): Promise<void> {
  for (const way of ['up', 'down']) await rm(join(folder, 'migrations', `${label}.${way}.sql`));
}

async function statuses(): Promise<string[]> {
  return (await status()).migrations.map(({ name, appliedAt }) => `${name} ${appliedAt !== null}`);
}

async function tables(): Promise<string[]> {
  const rows = await sql.rows<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  return rows.map(({ name }) => name);
}

async function routines(): Promise<string[]> {
  const rows = await sql.rows<{ name: string }>(
    `select oid::regprocedure::text as name from pg_proc where pronamespace = 'public'::regnamespace order by 1`,
  );
  return rows.map(({ name }) => name);
}

function catalog(): Promise<object[]> {
  return sql.rows(`select oid, prosrc, xmin::text from pg_proc where pronamespace = 'public'::regnamespace`);
}
