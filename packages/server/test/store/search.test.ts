/** Search compared with a plain model, page by page, while others keep sending. */
import { matchesTerms, parseSearch, type SearchHit, type SearchOrder } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../src/chat/caller.ts';
import { Search } from '../../src/chat/messages/search.ts';
import { ALL_PERMISSIONS } from '../../src/chat/permissions.ts';
import { type Database, openDatabase } from '../../src/store/database/database.ts';
import { createSearchStore, NO_BOUNDS, SEARCH_SETTINGS } from '../../src/store/search/search.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { type Chance, printedChance } from '../harness/seed.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const ROUNDS = 40;
const MESSAGES = 120;
/** Few words, so that most queries have several hits. */
const WORDS = [
  'tide',
  'mast',
  'Tide',
  'mastery',
  'foo_bar',
  '10.0.0.7',
  '10.0.0.71',
  '/var/log',
  '東京都',
  '京都',
  'a',
  '->',
  'x=y',
  'Ünder',
  'Якорь',
  'якоря/Мыс',
  '“mast”',
  'tide🎉',
  '🎉',
  'ΟΔΟΣ',
];
const QUERIES = [
  ...[
    'tide',
    'mast',
    'mast*',
    '"tide mast"',
    'tide mast',
    '10.0.0.7',
    '"10.0.0.7"',
    '`oo_b`',
    '/var/lo',
    '京都',
    '"東京都"',
    'ünder',
  ],
  ...[
    'якорь',
    'якор*',
    '`кор`',
    'якоря/м',
    '`ря/мыс`',
    '🎉',
    '"tide 🎉"',
    '`e🎉`',
    '`都`',
    'οδοσ',
    '“mast” tide',
  ],
  ...['in:one tide', 'in:two', 'tide a', '`ast`', '"foo_bar"', 'mast ->', '"a a"', 'x=y tide'],
];

type Line = { room: number; seq: number; content: string; at: number };

let testDatabase: TestDatabase;
let database: Database;
let sql: Sql;
let search: Search;
let ann: number;
let rooms: number[];
let sent = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, settings: SEARCH_SETTINGS, onProblem: () => {} });
  sql = await openSql(testDatabase.url);
  const insert = "INSERT INTO accounts (username, password_hash) VALUES ('ann', '') RETURNING id";
  ann = (await sql.row<{ id: number }>(insert)).id;
  search = searchOn(database);
});
afterAll(async () => {
  await Promise.all([database.close(), sql.close()]);
  await testDatabase.drop();
});

describe.each<SearchOrder>(['newest', 'best'])('by %s', (order) => {
  it('[F1] [F6] pages have every hit of a plain scan once and in order, although others keep sending', async () => {
    const chance = printedChance(`search by ${order}`);
    await sql.rows('TRUNCATE rooms, memberships, events, messages, search_progress, search_entries CASCADE');
    rooms = [await makeRoom('one'), await makeRoom('two')];
    await talk(chance, MESSAGES);
    for (let round = 0; round < ROUNDS; round++) {
      const q = chance.pick(QUERIES);
      const expected = expectedFor(q, await lines());
      const hits = await allPages(q, order, chance);
      const keys = hits.map(keyOf);
      expect([q, new Set(keys).size]).toEqual([q, keys.length]);
      // Newer messages may be among the hits. Older ones must be.
      expect([q, expected.filter((line) => !keys.includes(keyOf(line)))]).toEqual([q, []]);
      const now = new Set(expectedFor(q, await lines()).map(keyOf));
      expect([q, keys.filter((key) => !now.has(key))]).toEqual([q, []]);
      if (order === 'newest') expect(hits).toEqual(hits.toSorted(byNewest));
      // Each hit has highlighted ranges, unless the query names only a room.
      expect(hits.filter(({ ranges }) => (ranges.length === 0) !== (q === 'in:two'))).toEqual([]);
    }
  });
});

it('[F6] short pages, joined, equal one long page', async () => {
  const chance = printedChance('pages of a search');
  const everything = 10_000;
  for (let round = 0; round < ROUNDS; round++) {
    const [q, order] = [chance.pick(QUERIES), chance.pick<SearchOrder>(['newest', 'best'])];
    const { hits, cursor } = await search.find(caller(), { q, order, limit: everything });
    expect(cursor).toBeUndefined();
    expect([q, order, await allPages(q, order, chance, 0)]).toEqual([q, order, hits]);
  }
});

it('[F3] a token for one room finds nothing in other rooms, and does not learn of them', async () => {
  const [one, two] = rooms as [number, number];
  await say(one, 'narrowly here');
  await say(two, 'narrowly there');
  await index();
  const narrow = { ...caller(), permissions: { ...ALL_PERMISSIONS, roomId: one } };
  expect((await search.find(caller(), { q: 'narrowly' })).hits).toHaveLength(2);
  expect((await search.find(narrow, { q: 'narrowly' })).hits).toMatchObject([{ room: { id: one } }]);
  await expect(search.find(narrow, { q: 'narrowly', roomId: two })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(search.find(narrow, { q: 'narrowly in:two' })).rejects.toMatchObject({ code: 'invalid' });
});

describe('the statements', () => {
  const sources = ['walk', 'index', 'mentions'] as const;
  const reach = { walk: 1_000, limit: 10, candidates: 3 };
  const ranking = { words: "'pinned'", partChars: 0, after: null };
  const matching = (words: string, room: number) => {
    return { userId: ann, rooms: [room], words, parts: [], after: null, before: null };
  };

  it.each(sources)(
    '[F3] by %s: a former member gets no row, even for a hit that was found before',
    async (source) => {
      const store = createSearchStore(database);
      const room = await makeRoom(`left by ${source}`);
      await say(room, 'parting words');
      await sql.rows('SELECT search_index($1, 100, 10000)', [[room]]);
      await sql.rows('INSERT INTO mentions (account_id, room_id, seq, author_id) VALUES ($1, $2, 2, 0)', [
        ann,
        room,
      ]);
      const match = matching("'parting'", room);
      const count = async () => [
        (await store.newest(source, match, NO_BOUNDS, reach)).length,
        (await store.best(source, match, NO_BOUNDS, reach, ranking)).hits.length,
      ];
      const [found] = await store.newest('index', match, NO_BOUNDS, reach);
      expect(found && (await store.context(ann, [found], 1))).toEqual([{ before: [], after: [] }]);
      expect(await count()).toEqual([1, 1]);
      await say(room, 'more');
      expect(found && (await store.context(ann, [found], 1))).toMatchObject([
        { after: [{ content: 'more' }] },
      ]);
      await sql.rows('DELETE FROM memberships WHERE room_id = $1', [room]);
      expect(await count()).toEqual([0, 0]);
      expect(found && (await store.context(ann, [found], 1))).toEqual([{ before: [], after: [] }]);
    },
  );

  it('[F6] the best hits keep their order when newer messages match too', async () => {
    const store = createSearchStore(database);
    const [one = 0] = rooms;
    for (let i = 0; i < 5; i++) await say(one, `pinned ${i}`);
    await index();
    const match = matching("'pinned'", one);
    const first = await store.best('index', match, NO_BOUNDS, reach, ranking);
    expect(first).toMatchObject({ candidates: 3, hits: [{}, {}, {}] });
    for (let i = 0; i < 5; i++) await say(one, `pinned pinned ${i}`);
    await index();
    const bounds = { ...NO_BOUNDS, top: first.top, floor: first.floor };
    const again = await store.best('index', match, bounds, reach, ranking);
    expect(again.hits.map(({ position }) => position)).toEqual(first.hits.map(({ position }) => position));
    const fresh = await store.best('index', match, NO_BOUNDS, reach, ranking);
    expect(fresh.hits.map(({ position }) => position)).not.toEqual(
      first.hits.map(({ position }) => position),
    );
  });
});

it('[F7] returns how many messages are not indexed yet', async () => {
  const [one = 0] = rooms;
  await index();
  await say(one, 'not yet there');
  expect(await search.find(caller(), { q: '"not yet there"' })).toEqual({ hits: [], behind: 1 });
  await index();
  expect(await search.find(caller(), { q: '"not yet there"' })).toMatchObject({ hits: [{}], behind: 0 });
});

it('[F7] a search that times out is rejected with a reason, and the next one works', async () => {
  const impatient = openDatabase({
    url: testDatabase.url,
    statementTimeoutMs: 200,
    maxConnections: 1,
    settings: SEARCH_SETTINGS,
    onProblem: () => {},
  });
  const holder = await openSql(testDatabase.url);
  await holder.rows('BEGIN');
  await holder.rows('LOCK TABLE search_entries IN ACCESS EXCLUSIVE MODE');
  const refused = searchOn(impatient).find(caller(), { q: 'tide' });
  await expect(refused).rejects.toMatchObject({
    code: 'overloaded',
    message: expect.stringContaining('too long'),
  });
  await holder.rows('ROLLBACK');
  await holder.close();
  await expect(searchOn(impatient).find(caller(), { q: 'tide' })).resolves.toMatchObject({ behind: 0 });
  await impatient.close();
});

function searchOn(own: Database): Search {
  return new Search({
    search: createSearchStore(own),
    memberships: { require: async () => ({}) as never },
    limits: { take: () => {} },
  });
}

function caller(): Caller {
  return { user: { id: ann, username: 'ann' }, sessionId: 1, permissions: ALL_PERMISSIONS, scope: {} };
}

/** Returns all hits, in pages of random length. Between two pages, others may send. */
async function allPages(q: string, order: SearchOrder, chance: Chance, talks = 0.3): Promise<SearchHit[]> {
  const hits: SearchHit[] = [];
  const limit = chance.whole(1, 30);
  let cursor: string | undefined;
  do {
    const page = await search.find(caller(), { q, order, limit, cursor });
    expect(page.hits.length).toBeLessThanOrEqual(limit);
    hits.push(...page.hits);
    cursor = page.cursor;
    if (chance.next() < talks) await talk(chance, chance.whole(1, 3));
  } while (cursor !== undefined);
  return hits;
}

/** Returns the lines that match a query, by a plain scan. */
function expectedFor(q: string, all: Line[]): Line[] {
  const parsed = parseSearch(q);
  if (!parsed.ok) throw new Error(parsed.problem);
  const [only] = parsed.query.in.map((name) => rooms[name === 'one' ? 0 : 1]);
  return all.filter(
    ({ room, content }) => (only === undefined || room === only) && matchesTerms(content, parsed.query.terms),
  );
}

function keyOf(line: Line | SearchHit): string {
  return 'message' in line ? `${line.message.roomId}/${line.message.seq}` : `${line.room}/${line.seq}`;
}

function byNewest({ message: a }: SearchHit, { message: b }: SearchHit): number {
  return Date.parse(b.at) - Date.parse(a.at) || b.roomId - a.roomId || b.seq - a.seq;
}

/** Sends lines to random rooms. Many share a millisecond. */
async function talk(chance: Chance, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const words = Array.from({ length: chance.whole(1, 5) }, () => chance.pick(WORDS));
    await say(chance.pick(rooms), words.join(chance.pick([' ', ' ', ', '])));
  }
  await index();
}

async function say(room: number, content: string): Promise<void> {
  sent++;
  const batch = [[room], [ann], [`id-${sent}-search`], [content], [null], [null], [null]];
  await sql.rows('SELECT append_messages($1, $2, $3, $4, $5, $6, $7)', batch);
}

async function index(): Promise<void> {
  await sql.rows('SELECT search_index($1, 10000, 10000000)', [rooms]);
}

function lines(): Promise<Line[]> {
  return sql.rows('SELECT room_id AS room, seq, content FROM messages ORDER BY room_id, seq');
}

async function makeRoom(name: string): Promise<number> {
  const create = "SELECT room_id FROM create_room($1, 'closed', '', $2)";
  return (await sql.row<{ room_id: number }>(create, [name, ann])).room_id;
}
