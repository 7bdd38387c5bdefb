/** The plans of searches in a database with a past: what is rare is looked up in its index, what is frequent by a walk. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEARCH_SETTINGS, SEARCH_SQL } from '../../src/store/search-sql.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const SEED = fileURLToPath(new URL('../../../../script/seed.mjs', import.meta.url));
const WALK = 1_000;
const LIMIT = 21;

let database: TestDatabase;
let sql: Sql;
let asker: number;
beforeAll(async () => {
  database = await createTestDatabase();
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: database.url,
    MESSAGES: '20000',
    PEOPLE: '20',
    ROOMS: '5',
  };
  await promisify(execFile)(process.execPath, [SEED], { env });
  sql = await openSql(database.url);
  for (const [name, value] of Object.entries(SEARCH_SETTINGS)) await sql.rows(`SET ${name} = '${value}'`);
  asker = (await sql.row<{ id: number }>("SELECT id FROM accounts WHERE username = 'seed1'")).id;
  const odd = `UPDATE messages SET content = 'the needle at 10.99.88.77 in the hay' WHERE seq = 100 RETURNING search_follow(room_id, seq)`;
  expect(await sql.rows(odd)).toHaveLength(5);
  await sql.rows('ANALYZE search_entries');
}, 60_000);
afterAll(async () => {
  await sql.close();
  await database.drop();
});

type Wish = { words?: string; part?: string };
type Plan = {
  'Node Type': string;
  'Index Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: Plan[];
};

const BY = { newest: [], best: [LIMIT, "'needle'", 10, null, null] };

describe.each([
  ['newest', SEARCH_SQL.newestByIndex, SEARCH_SQL.newestByWalk],
  ['best', SEARCH_SQL.bestByIndex, SEARCH_SQL.bestByWalk],
] as const)('by %s', (order, byIndex, byWalk) => {
  it.each<[string, Wish, string]>([
    ['a rare word', { words: "'needle'" }, 'search_entries_words'],
    ['a phrase', { words: "'needle' <-> 'at'" }, 'search_entries_words'],
    ['a part', { part: '%10.99.88.%' }, 'search_entries_trigrams'],
    ['the midst of a word', { part: '%eedl%' }, 'search_entries_trigrams'],
    ['a rare word beside a frequent part', { words: "'needle'", part: '%the%' }, 'search_entries_words'],
    ['a rare part beside a frequent word', { words: "'the'", part: '%99.88%' }, 'search_entries_trigrams'],
  ])('%s is looked up, and little else is read', async (_what, wish, index) => {
    const steps = await stepsOf(byIndex.text, wish, order);
    expect(steps.map(({ name }) => name)).toContain(index);
    expect(
      steps.filter(({ name, rows }) => name.startsWith('search_entries') && name !== index && rows > 100),
    ).toEqual([]);
    expect(steps.at(0)?.rows).toBe(5);
  });

  it('a walk goes along the index of time, and no farther than it may', async () => {
    const steps = await stepsOf(byWalk.text, { words: "'nowhere'" }, order);
    expect(steps.find(({ name }) => name === 'search_entries_order')).toMatchObject({ rows: WALK });
    expect(steps.filter(({ rows }) => rows > WALK)).toEqual([]);
  });

  it('a walk that goes on begins where the page before it ended', async () => {
    const { at } = await sql.row<{ at: number }>(
      'SELECT (extract(epoch FROM min(at)) * 1000000)::bigint AS at FROM search_entries',
    );
    const steps = await stepsOf(byWalk.text, {}, order, [at, 1, 1]);
    expect(steps.filter(({ name, rows }) => name.startsWith('search_entries') && rows > 1)).toEqual([]);
  });
});

it('a walk for the newest of what is frequent ends with the page', async () => {
  const steps = await stepsOf(SEARCH_SQL.newestByWalk.text, { words: "'the'" }, 'newest');
  expect(steps[0]?.rows).toBe(LIMIT);
  expect(steps.find(({ name }) => name === 'search_entries_order')?.rows).toBeLessThan(WALK / 2);
});

/** The steps of the plan with the rows that each gave, as PostgreSQL counted them. */
async function stepsOf(
  text: string,
  { words, part }: Wish,
  order: keyof typeof BY,
  below: number[] | null = null,
) {
  const own = order === 'newest' ? [WALK, LIMIT] : [WALK, 2_000, ...BY.best];
  const parts = part === undefined ? [] : [part];
  const bounds = [null, null, null, null, below];
  const params = [asker, null, words, parts, null, ...bounds, ...own];
  const explain = `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`;
  const [row] = await sql.rows<{ 'QUERY PLAN': [{ Plan: Plan }] }>(explain, params);
  if (!row) throw new Error('no plan');
  return flat(row['QUERY PLAN'][0].Plan);
}

function flat(plan: Plan): { name: string; rows: number }[] {
  const name = plan['Index Name'] ?? plan['Node Type'];
  return [{ name, rows: plan['Actual Rows'] * plan['Actual Loops'] }, ...(plan.Plans ?? []).flatMap(flat)];
}
