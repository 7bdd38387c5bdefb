import { rename, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SchemaOnDisk } from '../../../test/harness/schema-folders.ts';

let schema: SchemaOnDisk;

beforeEach(async () => {
  schema = await SchemaOnDisk.create();
});
afterEach(() => schema.remove());

test('each migration is applied once, in order', async () => {
  expect(await schema.up()).toEqual([
    { version: 1, name: 'rooms' },
    { version: 2, name: 'words' },
  ]);
  expect(await schema.up()).toEqual([]);
  expect(await schema.tables()).toEqual(['rooms', 'schema_migrations', 'schema_routines', 'words']);
});

test('migrations go up to a given version, and down by a number of steps', async () => {
  expect(await schema.up(1)).toEqual([{ version: 1, name: 'rooms' }]);
  expect(await schema.applied()).toEqual(['rooms true', 'words false']);
  await schema.up();
  expect(await schema.down()).toEqual([{ version: 2, name: 'words' }]);
  expect(await schema.applied()).toEqual(['rooms true', 'words false']);
  expect(await schema.down(5)).toEqual([{ version: 1, name: 'rooms' }]);
  expect(await schema.tables()).toEqual(['schema_migrations', 'schema_routines']);
});

test('migrations are applied all or not at all, and a failure names its file and line', async () => {
  await schema.up(1);
  await schema.writeMigration(
    '0003_broken',
    'create table half (id int);\n\nselect wrong;\n',
    'drop table half',
  );
  await expect(schema.up()).rejects.toThrow(
    /0003_broken\.up\.sql \(line 3\) failed: column "wrong" does not exist/,
  );
  expect(await schema.applied()).toEqual(['rooms true', 'words false', 'broken false']);
  expect(await schema.tables()).not.toContain('half');
});

test('a migration that begins with -- no-transaction runs outside of one', async () => {
  const index = '-- no-transaction\ncreate index concurrently if not exists words_id on words (id)';
  await schema.writeMigration(
    '0003_index',
    index,
    '-- no-transaction\ndrop index concurrently if exists words_id',
  );
  await schema.up();
  expect(await schema.sql.rows(`select from pg_indexes where indexname = 'words_id'`)).toHaveLength(1);
  await schema.down();
  expect(await schema.sql.rows(`select from pg_indexes where indexname = 'words_id'`)).toHaveLength(0);
});

test('after a file outside of a transaction, a failure keeps what came before', async () => {
  await schema.writeMigration(
    '0003_index',
    '-- no-transaction\ncreate index concurrently words_id on words (id)',
    '',
  );
  await schema.writeMigration('0004_broken', 'create table half (id int); select wrong', 'drop table half');
  await expect(schema.up()).rejects.toThrow('0004_broken.up.sql');
  expect(await schema.applied()).toEqual(['rooms true', 'words true', 'index true', 'broken false']);
});

test('an applied file that was edited is rejected by name', async () => {
  await schema.up();
  await schema.writeMigration('0001_rooms', 'create table rooms (id bigint)', 'drop table rooms');
  await expect(schema.up()).rejects.toThrow(/migration 0001_rooms was edited/);
});

test('a file with other line ends was not edited', async () => {
  await schema.writeMigration('0001_rooms', 'create table rooms (\nid int)', 'drop table rooms');
  await schema.up();
  await schema.writeMigration('0001_rooms', 'create table rooms (\r\nid int)', 'drop table rooms');
  expect(await schema.up()).toEqual([]);
});

test('an applied migration whose file is gone or renamed is rejected by name', async () => {
  await schema.up();
  await schema.moveMigration('0002_words', '0002_other');
  await expect(schema.up()).rejects.toThrow(
    /migration 0002_words, which this version of banter does not know/,
  );
  await schema.removeMigration('0002_other');
  await expect(schema.up()).rejects.toThrow(/migration 0002_words, which/);
});

test('a database of an unreleased version is rejected, with the way out', async () => {
  await schema.writeMigration('0001_people', 'create table accounts (id int)', 'drop table accounts');
  await schema.removeMigration('0001_rooms');
  await schema.removeMigration('0002_words');
  await expect(schema.up().then(() => schema.up())).rejects.toThrow(
    /unreleased version .* start with an empty database/,
  );
});

test('files that do not fit together are rejected before anything runs', async () => {
  await schema.writeMigration('0002_twin', 'select 1', 'select 1');
  await expect(schema.up()).rejects.toThrow('0002_twin and 0002_words have the same number');
  await schema.moveMigration('0002_twin', '0004_late');
  await expect(schema.up()).rejects.toThrow('The migration 0004_late must have the number 0003');
  await schema.removeMigration('0004_late');
  await writeFile(schema.migrationPath('0003_oneway.up.sql'), 'select 1');
  await expect(schema.up()).rejects.toThrow('0003_oneway has no file 0003_oneway.down.sql');
  await rename(schema.migrationPath('0003_oneway.up.sql'), schema.migrationPath('3-oneway.sql'));
  await expect(schema.up()).rejects.toThrow('3-oneway.sql must be named like');
  expect(await schema.tables()).toEqual([]);
});

test('nodes that start at once take turns: each migration runs once', async () => {
  await schema.writeMigration('0003_slow', 'select pg_sleep(0.2); insert into words values (2)', 'select 1');
  await schema.writeMigration(
    '0004_index',
    '-- no-transaction\ncreate index concurrently words_id on words (id)',
    '',
  );
  await schema.writeRoutines('01_one', 'create function one() returns int language sql return 1;');
  const applied = await Promise.all(Array.from({ length: 4 }, () => schema.up()));
  expect(applied.map(({ length }) => length).sort()).toEqual([0, 0, 0, 4]);
  expect(await schema.sql.row('select count(*)::int as n from words')).toEqual({ n: 2 });
  expect(await schema.routines()).toEqual(['one()']);
});
