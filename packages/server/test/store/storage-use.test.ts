/** The counts of stored bytes: one day is read and the days before it are swept, however many people there are. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { STORAGE_USE_SQL } from '../../src/store/storage/storage-use.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const PEOPLE = 100_000;
const TODAY = '2026-01-02';
const TOMORROW = '2026-01-03';

let testDatabase: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  sql = await openSql(testDatabase.url);
  await sql.rows(
    'INSERT INTO storage_use (account_id, day, bytes) SELECT i, $1, i FROM generate_series(1, $2::int) i',
    [TODAY, PEOPLE],
  );
  await sql.rows('ANALYZE storage_use');
});
afterAll(async () => {
  await sql.close();
  await testDatabase.drop();
});

const planOf = async (text: string) =>
  (await sql.rows<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`)).map((row) => row['QUERY PLAN']).join('\n');

it.each([
  ['the sweep', STORAGE_USE_SQL.add.text.replaceAll('$1', `'${TODAY}'`)],
  ['the counts of a day', STORAGE_USE_SQL.list.text.replace('$1', `'${TOMORROW}'`)],
])('%s does not read the other days', async (_name, text) => {
  const plan = await planOf(text.replace('$2', "'{1}'").replace('$3', "'{1}'"));
  expect(plan).toContain('storage_use_pkey');
  expect(plan).not.toContain('Seq Scan');
});
