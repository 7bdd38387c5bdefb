/** The migration that folds the display names which are there already. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wordsOf } from '../../src/store/rows/name-words.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const [DOWN, UP] = ['down', 'up'].map((way) =>
  readFileSync(new URL(`../../src/store/migrations/0014_display_words.${way}.sql`, import.meta.url), 'utf8'),
);
const NAMES = [
  'Jérémie Müller',
  'ÅNGSTRÖM-Smith (ops)',
  'O’Neill, Pat',
  'Straße',
  'ΟΔΥΣΣΕΥΣ',
  '김철수',
  'がぎぐ',
  '李小龙・太郎',
  'नमस्ते',
  'ผู้ดูแล',
  'שָׁלוֹם',
  'مُحَمَّد',
  'Ｆｕｌｌ　Ｗｉｄｔｈ',
  '🦊',
];

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = await openSql(database.url);
});
afterAll(async () => {
  await sql.close();
  await database.drop();
});

it('gives each name the words that the server looks for', async () => {
  await sql.rows(DOWN ?? '');
  await sql.rows(
    `INSERT INTO accounts (username, password_hash, display_name)
     SELECT 'name-' || place, '', name FROM unnest($1::text[]) WITH ORDINALITY AS t(name, place)`,
    [NAMES],
  );
  await sql.rows(UP ?? '');
  const rows = await sql.rows<{ words: string[] }>(
    'SELECT tsvector_to_array(display_words) AS words FROM accounts ORDER BY id',
  );
  const expected = NAMES.map((name) => [name, wordsOf(name).toSorted()]);
  expect(rows.map(({ words }, i) => [NAMES[i], words.toSorted()])).toEqual(expected);
});
