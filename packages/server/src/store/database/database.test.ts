import { ChatError } from '@banter/protocol';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { type Database, isUniqueViolation, isUnknownOutcome, openDatabase, statements } from './database.ts';

const sql = statements('test', {
  counts: `select 9007199254740991::int8 as largest, count(*) as n, 12.5::numeric as half, array[1, null]::int8[] as list
    from generate_series(1, 3)`,
  tooLarge: 'select 9007199254740993::int8',
  times: `select '2026-11-22 15:07:00.123987+01'::timestamptz as cut, '2026-11-22 14:07:00Z'::timestamptz as whole,
    array['2026-11-22 14:07:00.5Z']::timestamptz[] as list, 'infinity'::timestamptz is null as unused`,
  infinite: `select 'infinity'::timestamptz`,
  settings: `select name, setting from pg_settings where name in ('synchronous_commit', 'statement_timeout',
    'lock_timeout', 'idle_in_transaction_session_timeout', 'TimeZone', 'application_name') order by name`,
  insert: 'insert into words (word) values ($1)',
  list: 'select word from words order by word',
  wrong: 'select 1 / 0',
  prepared: 'select count(*) as n from pg_prepared_statements where name = $1',
  wide: 'select * from shapes',
});

let home: TestDatabase;
let database: Database;

beforeAll(async () => {
  home = await createTestDatabase();
  database = openDatabase({ url: home.url, onProblem: () => {} });
  await direct(
    'create table words (word text constraint words_word_key unique); create table shapes (a int)',
  );
});

afterAll(async () => {
  await database.close();
  await home.drop();
});

test('int8 and numeric are returned as numbers, alone and in arrays', async () => {
  const [row] = await database.query(sql.counts);
  expect(row).toEqual({ largest: Number.MAX_SAFE_INTEGER, n: 3, half: 12.5, list: [1, null] });
});

test('a number that JavaScript cannot hold exactly is an error, not a wrong number', async () => {
  await expect(database.query(sql.tooLarge)).rejects.toThrow(
    'The number 9007199254740993 from the store is too large',
  );
  expect(await database.query(sql.list)).toEqual([]);
});

test('times are returned as ISO 8601 in UTC with milliseconds, cut and not rounded', async () => {
  const [row] = await database.query(sql.times);
  expect(row).toEqual({
    cut: '2026-11-22T14:07:00.123Z',
    whole: '2026-11-22T14:07:00.000Z',
    list: ['2026-11-22T14:07:00.500Z'],
    unused: false,
  });
  await expect(database.query(sql.infinite)).rejects.toThrow('The time infinity');
});

test('[S1] every connection has our session settings, which override those of the address', async () => {
  const settings = {
    TimeZone: 'UTC',
    application_name: 'banter',
    idle_in_transaction_session_timeout: '10000',
    lock_timeout: '4000',
    statement_timeout: '5000',
    synchronous_commit: 'on',
  };
  expect(await settingsOf(database)).toEqual(settings);
  const separator = home.url.includes('?') ? '&' : '?';
  const url = `${home.url}${separator}options=-c%20synchronous_commit%3Doff%20-c%20work_mem%3D8MB`;
  const other = openDatabase({ url, statementTimeoutMs: 777, onProblem: () => {} });
  expect(await settingsOf(other)).toEqual({ ...settings, statement_timeout: '777', lock_timeout: '777' });
  await other.close();
});

test('statements are prepared under their names', async () => {
  const one = openDatabase({ url: home.url, maxConnections: 1, onProblem: () => {} });
  await one.query(sql.list);
  expect(await one.query(sql.prepared, ['test.list'])).toEqual([{ n: 1 }]);
  await one.close();
});

test('a name that PostgreSQL would truncate is rejected', () => {
  expect(() => statements('rooms', { ['x'.repeat(58)]: 'select 1' })).toThrow(/longer than 63 bytes/);
});

test('a violated unique constraint is recognised by its name', async () => {
  await database.query(sql.insert, ['twice']);
  const error = await database.query(sql.insert, ['twice']).catch((reason: unknown) => reason);
  expect(isUniqueViolation(error)).toBe(true);
  expect(isUniqueViolation(error, 'words_word_key')).toBe(true);
  expect(isUniqueViolation(error, 'other_key')).toBe(false);
  expect(isUniqueViolation(new Error('23505'))).toBe(false);
});

test('a transaction is committed as a whole', async () => {
  const result = await database.transaction(async (tx) => {
    await tx.query(sql.insert, ['a transaction']);
    return 'done';
  });
  expect(result).toBe('done');
  expect(await words()).toContain('a transaction');
});

test('a transaction is rolled back as a whole when its work throws', async () => {
  const work = database.transaction(async (tx) => {
    await tx.query(sql.insert, ['undone']);
    throw new ChatError('conflict');
  });
  await expect(work).rejects.toThrow(ChatError);
  expect(await words()).not.toContain('undone');
});

test('a failed statement that the work ignored is not reported as a commit', async () => {
  const work = database.transaction(async (tx) => {
    await tx.query(sql.insert, ['swallowed']);
    await tx.query(sql.wrong).catch(() => {});
  });
  await expect(work).rejects.toThrow('was rolled back');
  expect(await words()).not.toContain('swallowed');
});

test('a statement after the end of its transaction is rejected', async () => {
  const late = await database.transaction(async (tx) => () => tx.query(sql.list));
  await expect(late()).rejects.toThrow('test.list was run after its transaction had ended');
});

test('an ordinary PostgreSQL error is thrown as it is, and the connection is reused', async () => {
  const one = openDatabase({ url: home.url, maxConnections: 1, onProblem: () => {} });
  const before = await backendOf(one);
  await expect(one.query(sql.wrong)).rejects.toThrow('division by zero');
  expect(await backendOf(one)).toBe(before);
  await one.close();
});

test('a migration that changes a prepared statement’s columns makes one query fail, not all later ones', async () => {
  const one = openDatabase({ url: home.url, maxConnections: 1, onProblem: () => {} });
  await one.query(sql.wide);
  await direct('alter table shapes add column b int');
  const error = await one.query(sql.wide).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(isUnknownOutcome(error)).toBe(false);
  expect(await one.query(sql.wide)).toEqual([]);
  await one.close();
});

test('ping asks the server, and close is safe to call twice', async () => {
  const other = openDatabase({ url: home.url, onProblem: () => {} });
  await other.ping();
  await Promise.all([other.close(), other.close()]);
  await expect(other.ping()).rejects.toMatchObject({ code: 'unavailable' });
});

async function words(): Promise<string[]> {
  return (await database.query<{ word: string }>(sql.list)).map(({ word }) => word);
}

async function settingsOf(of: Database): Promise<Record<string, string>> {
  const rows = await of.query<{ name: string; setting: string }>(sql.settings);
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
}

async function backendOf(of: Database): Promise<number | undefined> {
  const rows = await of.query<{ pid: number }>({ name: 'test.pid', text: 'select pg_backend_pid() as pid' });
  return rows[0]?.pid;
}

async function direct(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: home.url });
  await client.connect();
  await client.query(text).finally(() => client.end());
}
