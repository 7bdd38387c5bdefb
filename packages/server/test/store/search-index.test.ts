/** The search index: it has every message once, with its current text, whatever happens to the indexer. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { insertMessages } from '../../src/store/append/insert-messages.ts';
import { type Database, openDatabase } from '../../src/store/database/database.ts';
import { createSearchIndex, type SearchIndex } from '../../src/store/search/search-index.ts';
import { createTestDatabase, type TestDatabase } from '../harness/database.ts';
import { printedChance } from '../harness/seed.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

const INDEX = 'SELECT indexed, behind FROM search_index($1, $2, $3)';
const KILLS = 12;

type Batch = { indexed: number; behind: string[] };

let testDatabase: TestDatabase;
let database: Database;
let sql: Sql;
let other: Sql;
let ann: number;
let room: number;
let sent = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = openDatabase({ url: testDatabase.url, onProblem: () => {} });
  [sql, other] = [await openSql(testDatabase.url), await openSql(testDatabase.url)];
  const insert = `INSERT INTO accounts (username, password_hash) VALUES ('ann', '') RETURNING id`;
  ann = (await sql.row<{ id: number }>(insert)).id;
});
beforeEach(async () => {
  await sql.rows('TRUNCATE rooms, memberships, events, messages, search_progress, search_entries CASCADE');
  room = await makeRoom('one');
});
afterAll(async () => {
  for (const open of [database, sql, other]) await open.close();
  await testDatabase.drop();
});

describe('the indexer', () => {
  it('indexes every message once and no other event, although it is killed often and shares the work', async () => {
    const chance = printedChance('search index');
    const rooms = [room, await makeRoom('two'), await makeRoom('three')];
    const indexers = [startIndexer(), startIndexer()];
    for (let kill = 0; kill < KILLS; kill++) {
      const target = chance.pick(rooms);
      await send(
        Array.from({ length: chance.whole(1, 150) }, (_, i) => `line ${kill} ${i}`),
        target,
      );
      for (const indexer of indexers) indexer.markBehind(target);
      await sql.rows(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE '%search_index(%' AND pid <> pg_backend_pid()`,
      );
      if (chance.next() < 0.3) {
        await indexers.shift()?.close();
        indexers.push(startIndexer());
      }
    }
    await until('nothing is behind', async () => (await missing()) === 0);
    for (const indexer of indexers) await indexer.close();
    expect(await differences()).toEqual([]);
  });

  it('indexes at its start the messages that were stored while it was away', async () => {
    await send(['while you were out']);
    const lags: number[] = [];
    const indexer = startIndexer((events) => lags.push(events));
    await until('it has caught up', async () => (await missing()) === 0);
    await indexer.close();
    expect(lags[0]).toBe(2);
    expect(await differences()).toEqual([]);
  });

  it('does not skip a message that is not committed yet', async () => {
    await send(['first']);
    await other.rows('BEGIN');
    await other.rows('SELECT append_messages($1, $2, $3, $4, $5, $6, $7)', [
      [room],
      [ann],
      ['late-one'],
      ['late'],
      [null],
      [null],
      [null],
    ]);
    expect(await index()).toEqual({ indexed: 1, behind: [] });
    await other.rows('COMMIT');
    expect(await index()).toEqual({ indexed: 1, behind: [] });
    expect(await differences()).toEqual([]);
  });

  it('ends a batch at its number of messages or at its length, and returns the rooms that are behind', async () => {
    const long = 'x'.repeat(8_000);
    await send([long, long, long, 'short', 'short', 'short']);
    const behind = [String(room)];
    expect(await index(100, 10_000)).toEqual({ indexed: 2, behind });
    expect(await index(2, 10_000)).toEqual({ indexed: 2, behind });
    expect(await index(2, 10_000)).toEqual({ indexed: 2, behind });
    expect(await index(2, 10_000)).toEqual({ indexed: 0, behind: [] });
    expect(await differences()).toEqual([]);
  });

  it('lets rooms take turns: a flood in one does not delay the messages of others', async () => {
    const [flooded, quiet, calm] = [room, await makeRoom('quiet'), await makeRoom('calm')];
    await send(Array.from({ length: 50 }, () => 'x'.repeat(4_000)));
    await send(['a quiet word'], quiet);
    await send(['a calm word'], calm);
    const batch = (rooms: number[]) => sql.row<Batch>(INDEX, [rooms, 100, 32_768]);
    const first = await batch([flooded, quiet, calm]);
    expect(first).toEqual({ indexed: 5, behind: [String(flooded)] });
    expect((await entries()).slice(-2)).toEqual(['a quiet word', 'a calm word']);
    // The rooms that got nothing come before the one that was served.
    await send(['more'], quiet);
    expect(await sql.row<Batch>(INDEX, [[flooded, quiet, calm], 1, 32_768])).toEqual({
      indexed: 1,
      behind: [quiet, calm, flooded].map(String),
    });
  });

  it('skips a room that another indexer holds, and returns it as behind', async () => {
    await send(['one']);
    await other.rows('BEGIN');
    await other.rows(INDEX, [[room], 100, 1_000]);
    await sql.rows('SET lock_timeout = 2000');
    await other.rows('COMMIT');
    await send(['two']);
    await other.rows('BEGIN');
    await other.rows('SELECT FROM search_progress WHERE room_id = $1 FOR UPDATE', [room]);
    expect(await index()).toEqual({ indexed: 0, behind: [String(room)] });
    await other.rows('COMMIT');
    expect(await index()).toEqual({ indexed: 1, behind: [] });
  });
});

describe('a changed message', () => {
  const change = 'UPDATE messages SET content = $2 WHERE room_id = $1 AND seq = 2';
  const follow = 'SELECT refresh_search_entry($1, 2)';

  it('is found by its new text only, and not at all once it is emptied', async () => {
    await send(['the old words']);
    await index();
    await sql.rows(change, [room, 'another text']);
    await sql.rows(follow, [room]);
    expect(await entries()).toEqual(['another text']);
    await sql.rows(change, [room, '']);
    await sql.rows(follow, [room]);
    expect(await entries()).toEqual([]);
  });

  it('that is not indexed yet is indexed later, with its text of then', async () => {
    await send(['the old words', 'next']);
    await sql.rows(change, [room, '']);
    await sql.rows(follow, [room]);
    expect(await entries()).toEqual([]);
    await index();
    expect(await entries()).toEqual(['next']);
  });

  it('leaves no old text if the indexer has just read it', async () => {
    await send(['the old words']);
    await other.rows('BEGIN');
    await other.rows(INDEX, [[room], 100, 1_000]);
    const followed = (async () => {
      await sql.rows('BEGIN');
      await sql.rows(change, [room, 'another text']);
      await sql.rows(follow, [room]);
      await sql.rows('COMMIT');
    })();
    await until('the change waits', async () => {
      const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await other.rows(waiting)).length > 0;
    });
    await other.rows('COMMIT');
    await followed;
    expect(await entries()).toEqual(['another text']);
  });
});

describe('the words of a text', () => {
  it.each([
    ['an address', 'ping to 10.0.0.12 failed', ['10.0.0.12', '10.0.0', '0.12'], ['10.0.12', '0.0.1']],
    ['a path', 'see /var/log/nginx/error.log', ['/var/log', 'nginx/error.log', 'error'], ['/log/var']],
    ['code', 'call `foo_bar(baz->qux)`', ['foo_bar(baz', 'baz->qux', 'foo'], ['bar_foo']],
    ['markup', 'an <b class="x">&amp; more', ['<b class', 'amp', 'more'], ['strong']],
    ['a link', 'https://example.org/a-b?c=d', ['example.org', 'a-b', 'c=d'], ['example.com']],
    ['Chinese', '今天東京都很热', ['東京都', '京都', '热'], ['都京']],
    ['Japanese', 'サーバーが落ちた', ['サーバー', '落ち'], ['サーが']],
    ['Thai', 'เซิร์ฟเวอร์ล่ม', ['ล่ม'], ['มล่']],
    ['Russian', 'Сервер УПАЛ ночью', ['сервер упал', 'ночью'], ['упал сервер']],
    ['German', 'Das Übermaß', ['übermaß'], ['uebermass']],
    ['text in typographic quotes', '„Wand“ – it’s “quoted”…', ['wand', 'quoted', 'it’s'], ['wands']],
    ['emoji', 'done🎉👍🏽 ❤️', ['🎉', 'done', '👍', '🎉👍🏽', '❤'], ['👍🎉']],
    ['a mention', 'hi @ann, look', ['@ann', 'ann look'], ['annlook']],
  ])('%s is found by its parts in their order', async (_, content, found, notFound) => {
    const matches = async (query: string) => {
      const ask = 'SELECT search_words(search_fold($1)) @@ search_query($2, false) AS is_match';
      return (await sql.row<{ is_match: boolean }>(ask, [content, query])).is_match;
    };
    for (const query of found) expect([query, await matches(query)]).toEqual([query, true]);
    for (const query of notFound) expect([query, await matches(query)]).toEqual([query, false]);
  });

  it('are stored with marks of room, author, link and code, which no text can imitate', async () => {
    await send(['see http://example.org', 'run `make`', `room:${room} @link plain`]);
    await index();
    const withMark = async (mark: string) =>
      (
        await sql.rows<{ seq: number }>(
          'SELECT seq FROM search_entries WHERE words @@ $1::tsquery ORDER BY seq',
          [`'${mark}'`],
        )
      ).map(({ seq }) => seq);
    expect(await withMark(`@room:${room}`)).toEqual([2, 3, 4]);
    expect(await withMark(`@from:${ann}`)).toEqual([2, 3, 4]);
    expect(await withMark('@from:0')).toEqual([]);
    expect(await withMark('@link')).toEqual([2]);
    expect(await withMark('@code')).toEqual([3]);
  });

  it('long texts of scripts with thousands of signs add nothing to the index of trigrams', async () => {
    const size = async () => {
      await sql.rows("SELECT gin_clean_pending_list('search_entries_trigrams')");
      return (await sql.row<{ bytes: number }>("SELECT pg_relation_size('search_entries_trigrams') AS bytes"))
        .bytes;
    };
    const before = await size();
    const chance = printedChance('random Chinese');
    const signs = () =>
      Array.from({ length: 4_000 }, () => String.fromCodePoint(chance.whole(0x4e00, 0x9fff)));
    await send(Array.from({ length: 10 }, () => signs().join('')));
    await index(100, 1_000_000);
    expect(await size()).toBeLessThan(before + 64 * 1_024);
  });

  it('part of a word is found by its trigrams, in any alphabet', async () => {
    await send(['the nginxproxy fell over', 'Сервервниз', 'nothing']);
    await index();
    const like = async (part: string) => {
      await sql.rows('SET enable_seqscan = off');
      const ask = `SELECT seq FROM search_entries WHERE folded LIKE '%' || $1 || '%'`;
      return (await sql.rows<{ seq: number }>(ask, [part])).map(({ seq }) => seq);
    };
    expect(await like('ginxpro')).toEqual([2]);
    expect(await like('ервервн')).toEqual([3]);
  });
});

function startIndexer(onLag: (events: number) => void = () => {}): SearchIndex {
  return createSearchIndex({
    database: openDatabase({ url: testDatabase.url, maxConnections: 1, onProblem: () => {} }),
    clock: systemClock,
    isBusy: () => false,
    onLag,
    onProblem: () => {},
  });
}

async function index(limit = 100, chars = 100_000): Promise<Batch> {
  return sql.row<Batch>(INDEX, [[room], limit, chars]);
}

async function makeRoom(name: string): Promise<number> {
  const create = "SELECT room_id FROM create_room($1, 'open', '', $2)";
  return (await sql.row<{ room_id: number }>(create, [name, ann])).room_id;
}

async function send(contents: string[], roomId = room): Promise<void> {
  await insertMessages(
    database,
    contents.map((content) => ({ roomId, userId: ann, username: 'ann', id: `id-${++sent}-index`, content })),
  );
}

async function entries(): Promise<string[]> {
  return (await sql.rows<{ folded: string }>('SELECT folded FROM search_entries ORDER BY room_id, seq')).map(
    ({ folded }) => folded,
  );
}

async function missing(): Promise<number> {
  const count = `
    SELECT count(*) AS count FROM messages m
    WHERE NOT EXISTS (SELECT FROM search_entries e WHERE e.room_id = m.room_id AND e.seq = m.seq)`;
  return (await sql.row<{ count: number }>(count)).count;
}

/** Returns messages without their entry, and entries without their message. */
function differences(): Promise<unknown[]> {
  const messages = 'SELECT room_id, seq, account_id, at, search_fold(content) FROM messages';
  const found = 'SELECT room_id, seq, account_id, at, folded FROM search_entries';
  return sql.rows(`(${messages} EXCEPT ALL ${found}) UNION ALL (${found} EXCEPT ALL ${messages})`);
}
