import { afterEach, beforeEach, expect, test } from 'vitest';
import { SchemaOnDisk } from '../../../test/harness/schema-folders.ts';

let schema: SchemaOnDisk;

beforeEach(async () => {
  schema = await SchemaOnDisk.create();
});
afterEach(() => schema.remove());

beforeEach(async () => {
  await schema.writeRoutines('01_first', 'create function base() returns int language sql return 1;');
  await schema.writeRoutines(
    '02_second',
    'create function twice() returns int language sql return 2 * base();',
  );
  await schema.up();
});

test('routines are created in the order of the files, and again when a file changes', async () => {
  expect(await schema.sql.row('select twice() as n')).toEqual({ n: 2 });
  expect((await schema.status()).routines).toEqual({ files: 2, stale: [] });
  await schema.writeRoutines('01_first', 'create function base() returns int language sql return 5;');
  expect((await schema.status()).routines).toEqual({ files: 2, stale: ['01_first.sql'] });
  expect(await schema.upgrade()).toEqual({ migrations: [], routines: true });
  expect(await schema.sql.row('select twice() as n')).toEqual({ n: 10 });
  expect(await schema.upgrade()).toEqual({ migrations: [], routines: false });
});

test('a routine whose arguments and return type stay keeps its identity', async () => {
  const base = `select 'base()'::regprocedure::oid as oid`;
  const before = await schema.sql.row(base);
  await schema.writeRoutines(
    '01_first',
    'create or replace function base() returns int language sql return 5;',
  );
  await schema.writeRoutines(
    '02_second',
    'create or replace function twice() returns int language sql return 2 * base();',
  );
  await schema.up();
  expect(await schema.sql.row('select twice() as n')).toEqual({ n: 10 });
  expect(await schema.sql.row(base)).toEqual(before);
});

test('a file with other line ends has not changed', async () => {
  await schema.writeRoutines('01_first', 'create function base()\nreturns int language sql return 1;');
  await schema.up();
  await schema.writeRoutines('01_first', 'create function base()\r\nreturns int language sql return 1;');
  expect((await schema.status()).routines.stale).toEqual([]);
});

test('a routine or a file that is gone is dropped', async () => {
  await schema.writeRoutines('02_second', 'create function half() returns int language sql return base();');
  await schema.up();
  expect(await schema.routines()).toEqual(['base()', 'half()']);
  await schema.removeRoutines('02_second');
  await schema.up();
  expect(await schema.routines()).toEqual(['base()']);
});

test('arguments and return types may change, although others depend on them', async () => {
  await schema.writeRoutines(
    '01_first',
    "create function base(p text = '7') returns text language sql return p;",
  );
  await schema.writeRoutines(
    '02_second',
    'create function twice() returns text language sql return base() || base();',
  );
  await schema.up();
  expect(await schema.routines()).toEqual(['base(text)', 'twice()']);
  expect(await schema.sql.row('select twice() as n')).toEqual({ n: '77' });
});

test('a trigger is created, replaced and dropped with its function', async () => {
  const trigger = (body: string) => `
    create function mark() returns trigger language plpgsql as $$ begin ${body} return new; end $$;
    create trigger words_mark before insert on words for each row execute function mark();`;
  await schema.writeRoutines('03_third', trigger('new.id := -new.id;'));
  await schema.up();
  await schema.sql.rows('insert into words values (10)');
  await schema.writeRoutines('03_third', trigger('new.id := 2 * new.id;'));
  await schema.up();
  await schema.sql.rows('insert into words values (10)');
  await schema.writeRoutines('03_third', '');
  await schema.up();
  await schema.sql.rows('insert into words values (10)');
  const { ids } = await schema.sql.row<{ ids: number[] }>('select array_agg(id) as ids from words');
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
  await schema.writeRoutines('01_first', 'create function base() returns int language sql return 8;');
  await schema.writeRoutines('02_second', `create function twice() returns int language sql return 9;`);
  await schema.writeRoutines('03_third', text);
  await expect(schema.up()).rejects.toThrow(new RegExp(`^03_third\\.sql \\(line ${line}\\) failed: `));
  expect(await catalog()).toEqual(before);
  expect(await schema.sql.row('select twice() as n')).toEqual({ n: 2 });
  expect((await schema.status()).routines.stale).toEqual(['01_first.sql', '02_second.sql', '03_third.sql']);
});

test('a lost connection is reported as such, not as a failed second try', async () => {
  await schema.writeRoutines(
    '01_first',
    `create or replace function base() returns int language sql return 5;
    select pg_terminate_backend(pg_backend_pid());`,
  );
  await expect(schema.up()).rejects.toThrow('01_first.sql failed: terminating connection');
});

test('a failing migration leaves the routines as they were', async () => {
  await schema.writeMigration('0003_broken', 'select wrong', 'select 1');
  await expect(schema.up()).rejects.toThrow('0003_broken.up.sql');
  expect(await schema.sql.row('select twice() as n')).toEqual({ n: 2 });
});

test('a migration may change a column that a routine names', async () => {
  await schema.writeRoutines(
    '03_third',
    'create function top() returns int language sql return (select max(id) from words);',
  );
  await schema.up();
  await schema.writeMigration('0003_wide', 'alter table words alter id type text', 'select 1');
  await expect(schema.up()).rejects.toThrow('03_third.sql (line 1) failed: ');
  await schema.writeRoutines(
    '03_third',
    'create function top() returns text language sql return (select max(id) from words);',
  );
  expect(await schema.up()).toEqual([{ version: 3, name: 'wide' }]);
  expect(await schema.sql.row('select top() as n')).toEqual({ n: '1' });
});

test('a migration cannot build on a routine', async () => {
  await schema.writeMigration('0003_index', 'create index on words (base())', '');
  await expect(schema.up()).rejects.toThrow('function base() does not exist');
});

test('going down drops the routines, and the next start applies them', async () => {
  await schema.down();
  expect(await schema.routines()).toEqual([]);
  expect((await schema.status()).routines).toEqual({ files: 2, stale: ['01_first.sql', '02_second.sql'] });
  await schema.up();
  expect(await schema.routines()).toEqual(['base()', 'twice()']);
});

test('going up to an older version creates no routines', async () => {
  await schema.down(2);
  await schema.up(1);
  expect(await schema.routines()).toEqual([]);
});

test('functions of the operator and of extensions stay', async () => {
  await schema.sql.rows('create function mine() returns int language sql return 1');
  await schema.writeMigration('0003_extension', 'create extension pg_trgm', 'drop extension pg_trgm');
  await schema.up();
  await schema.writeRoutines('02_second', '');
  await schema.up();
  expect(await schema.routines()).toEqual(
    expect.arrayContaining(['base()', 'mine()', 'similarity(text,text)']),
  );
});

test('an index that was made by hand on a routine stops the change, with its name', async () => {
  await schema.writeRoutines(
    '03_third',
    'create function pure(int) returns int language sql immutable return $1;',
  );
  await schema.up();
  await schema.sql.rows('create index words_pure on words (pure(id))');
  await schema.writeRoutines('03_third', '');
  await expect(schema.up()).rejects.toThrow(
    /something else in the database uses them: index words_pure depends on/,
  );
  await schema.sql.rows('drop index words_pure');
  await schema.up();
  expect(await schema.routines()).toEqual(['base()', 'twice()']);
});

test('a file with a wrong name is rejected', async () => {
  await schema.writeRoutines('third', '');
  await expect(schema.up()).rejects.toThrow('third.sql must be named like 01_some_words.sql');
});

function catalog(): Promise<object[]> {
  return schema.sql.rows(
    `select oid, prosrc, xmin::text from pg_proc where pronamespace = 'public'::regnamespace`,
  );
}
