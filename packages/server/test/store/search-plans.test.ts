/** Plans of searches in a large database: an index finds rare words, a walk along time finds frequent ones. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../src/chat/caller.ts';
import { Search } from '../../src/chat/messages/search.ts';
import { ALL_PERMISSIONS } from '../../src/chat/permissions.ts';
import { type Database, openDatabase } from '../../src/store/database/database.ts';
import { createSearchStore } from '../../src/store/search/search.ts';
import { SEARCH_SETTINGS, SEARCH_SQL } from '../../src/store/search/search-sql.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const SEED = fileURLToPath(new URL('../../../../script/seed.mjs', import.meta.url));
const WALK = 1_000;
const LIMIT = 21;

let database: TestDatabase;
let sql: Sql;
let asker: number;
/** A person who is only in one small room. */
const narrow = 'seed7';
let searching: Database;
let search: Search;
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
  const odd = `UPDATE messages SET content = 'the needle at 10.99.88.77 in the hay' WHERE seq = 100 RETURNING refresh_search_entry(room_id, seq)`;
  expect(await sql.rows(odd)).toHaveLength(5);
  await sql.rows('ANALYZE search_entries');
  await sql.rows('DELETE FROM memberships m USING accounts a WHERE a.id = account_id AND username = $1', [
    narrow,
  ]);
  await sql.rows(
    `INSERT INTO memberships (room_id, account_id, role, joined_seq, read_seq, joined_at)
     SELECT r.id, a.id, 'member', 1, 1, now() FROM rooms r, accounts a WHERE username = $1 AND name LIKE 'seed-room-%'
     ORDER BY message_count LIMIT 1`,
    [narrow],
  );
  searching = openDatabase({ url: database.url, settings: SEARCH_SETTINGS, onProblem: () => {} });
  search = new Search({
    search: createSearchStore(searching),
    memberships: { require: async () => ({}) as never },
    limits: { take: () => {} },
  });
}, 60_000);
afterAll(async () => {
  await searching.close();
  await sql.close();
  await database.drop();
});

type Filter = { words?: string; part?: string };
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
  it.each<[string, Filter, string]>([
    ['a rare word', { words: "'needle'" }, 'search_entries_words'],
    ['a phrase', { words: "'needle' <-> 'at'" }, 'search_entries_words'],
    ['a part', { part: '%10.99.88.%' }, 'search_entries_trigrams'],
    ['the middle of a word', { part: '%eedl%' }, 'search_entries_trigrams'],
    ['a rare word beside a frequent part', { words: "'needle'", part: '%the%' }, 'search_entries_words'],
    ['a rare part beside a frequent word', { words: "'the'", part: '%99.88%' }, 'search_entries_trigrams'],
  ])('%s is looked up in its index, and little else is read', async (_what, filter, index) => {
    const steps = await stepsOf(byIndex.text, filter, order);
    expect(steps.map(({ name }) => name)).toContain(index);
    expect(
      steps.filter(({ name, rows }) => name.startsWith('search_entries') && name !== index && rows > 100),
    ).toEqual([]);
    expect(steps.at(0)?.rows).toBe(5);
  });

  it('a walk follows the index of time, up to its limit', async () => {
    const steps = await stepsOf(byWalk.text, { words: "'nowhere'" }, order);
    expect(steps.find(({ name }) => name === 'search_entries_order')).toMatchObject({ rows: WALK });
    expect(steps.filter(({ rows }) => rows > WALK)).toEqual([]);
  });

  it('a walk for the next page starts where the last page ended', async () => {
    const { at } = await sql.row<{ at: number }>(
      'SELECT (extract(epoch FROM min(at)) * 1000000)::bigint AS at FROM search_entries',
    );
    const steps = await stepsOf(byWalk.text, {}, order, [at, 1, 1]);
    expect(steps.filter(({ name, rows }) => name.startsWith('search_entries') && rows > 1)).toEqual([]);
  });
});

it('a walk for a frequent word ends when its page is full', async () => {
  const steps = await stepsOf(SEARCH_SQL.newestByWalk.text, { words: "'the'" }, 'newest');
  expect(steps[0]?.rows).toBe(LIMIT);
  expect(steps.find(({ name }) => name === 'search_entries_order')?.rows).toBeLessThan(WALK / 2);
});

describe('pages, each found by index or by walk,', () => {
  it.each([4_000, 800, 200, 60, 21, 3])(
    'together have each message once, for a word in about %i messages',
    async (wanted) => {
      const { word } = await sql.row<{ word: string }>(
        `SELECT word FROM ts_stat('SELECT words FROM search_entries') WHERE word ~ '^[a-z]+$' ORDER BY abs(ndoc - $1) LIMIT 1`,
        [wanted],
      );
      for (const username of ['seed1', narrow]) {
        const rows = await sql.rows<{ key: string }>(
          `SELECT room_id || '/' || seq AS key FROM search_entries WHERE words @@ search_query($1, false) AND room_id IN (
           SELECT room_id FROM memberships m JOIN accounts a ON a.id = m.account_id WHERE username = $2)
         ORDER BY at DESC, room_id DESC, seq DESC`,
          [word, username],
        );
        const expected = rows.map(({ key }) => key);
        if (wanted > 100) expect(expected.length).toBeGreaterThan(0);
        expect(await walkThrough(username, word, 'newest')).toEqual(expected);
        const best = await walkThrough(username, word, 'best');
        expect(new Set(best).size).toBe(best.length);
        expect(best.length).toBeGreaterThanOrEqual(Math.min(expected.length, 150));
        expect(best.filter((key) => !expected.includes(key))).toEqual([]);
      }
    },
  );

  async function walkThrough(username: string, q: string, order: 'newest' | 'best'): Promise<string[]> {
    const { id } = await sql.row<{ id: number }>('SELECT id FROM accounts WHERE username = $1', [username]);
    const caller: Caller = { user: { id, username }, sessionId: 1, permissions: ALL_PERMISSIONS, scope: {} };
    const keys: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await search.find(caller, { q, order, limit: 50, cursor });
      keys.push(...page.hits.map(({ message }) => `${message.roomId}/${message.seq}`));
      cursor = page.cursor;
    } while (cursor !== undefined);
    return keys;
  }
});

/** Returns the steps of a plan with the rows that each returned, as PostgreSQL counted them. */
async function stepsOf(
  text: string,
  { words, part }: Filter,
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
