/** Search with hostile input. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { ask } from '../harness/http.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { indexed, search } from '../harness/search.ts';
import { type Chance, printedChance } from '../harness/seed.ts';
import { openSql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

let app: TestApp;
let ann: Person;
let harbour: At;

beforeAll(async () => {
  app = await startApp();
  ann = await person(app, 'ann');
  harbour = await ann.opens('harbour');
});
afterAll(() => app.close());

describe('a cursor', () => {
  it('[F6] is rejected with another search', async () => {
    for (let i = 0; i < 3; i++) await ann.posts(harbour, `paged ${i}`);
    await indexed(app, ann);
    const { cursor = '' } = await search(app, ann, 'paged', { limit: '1' });
    expect((await search(app, ann, 'paged -C 2', { cursor })).hits).toHaveLength(2);
    const forged = Buffer.from(JSON.stringify([1, 'x', 'newest', [1, 2, 3]])).toString('base64url');
    const wrong: [string, Record<string, string>][] = [
      ['paged', { cursor: 'nonsense' }],
      ['paged', { cursor: forged }],
      ['paged', { cursor: '' }],
      ['paged', { cursor: 'x'.repeat(5_000) }],
      ['other', { cursor }],
      ['paged', { cursor, order: 'best' }],
      ['paged', { cursor, roomId: String(harbour.id) }],
    ];
    for (const [q, rest] of wrong) {
      const path = `/v1/search?${new URLSearchParams({ q, ...rest })}`;
      const { status, body } = await ask(app, 'GET', path, { token: ann.token });
      expect({ status, body }).toMatchObject({
        status: 400,
        body: { code: 'invalid', errors: [{ field: 'cursor' }] },
      });
    }
  });

  it('[F4] any query and any altered cursor get an answer or a rejection', async () => {
    const chance = printedChance('hostile searches');
    const { cursor = '' } = await search(app, ann, 'after:2020-01-01', { limit: '1' });
    const statuses = new Set<number>();
    for (let i = 0; i < 300; i++) {
      const q = Array.from({ length: chance.whole(1, 8) }, () => chance.pick(HOSTILE)).join(
        chance.pick(['', ' ']),
      );
      const bent = chance.next() < 0.3 ? bend(cursor, chance) : undefined;
      const rest = {
        order: chance.pick(['newest', 'best']),
        ...(bent === undefined ? {} : { cursor: bent }),
      };
      const path = `/v1/search?${new URLSearchParams({ q, ...rest })}`;
      const { status } = await ask(app, 'GET', path, { token: ann.token });
      statuses.add(status);
      expect([q, rest, status < 500]).toEqual([q, rest, true]);
    }
    expect([...statuses].toSorted()).toEqual([200, 400]);
  });
});

describe('[F4] hostile input is rejected in words:', () => {
  it.each([
    ['10 KB of parts', 'ab.'.repeat(3_500)],
    ['10 KB of one word', 'a'.repeat(10_000)],
    ['nested quotes', '"\\'.repeat(250)],
    ['only quotes', '"'.repeat(500)],
    ['only filters without a value', 'from: in: has: '.repeat(30)],
    ['only punctuation', '-> => :: '.repeat(50)],
    ['zero bytes', 'a\u0000b'],
    ['too many words', 'ab '.repeat(100)],
    ['only invisible characters', '\u200b\u200d\ufeff'],
  ])('%s', async (_what, q) => {
    const answer = await ask(app, 'GET', `/v1/search?q=${encodeURIComponent(q)}`, { token: ann.token });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid' } });
  });

  it('a query longer than any header', async () => {
    const { status } = await ask(app, 'GET', `/v1/search?q=${'a'.repeat(60_000)}`, { token: ann.token });
    expect(status).toBe(431);
  });

  it.each([
    ['sixteen patterns', Array.from({ length: 16 }, (_, i) => `\`a%_${i}b\``).join(' ')],
    ['a long phrase of one word', `"${'a '.repeat(240)}"`],
    ['sixteen prefixes', Array.from({ length: 16 }, (_, i) => `aaa${i}*`).join(' ')],
    ['a word as long as a query', 'é'.repeat(500)],
    ['backslashes', `\`${'\\'.repeat(400)}abc\``],
  ])('%s are answered', async (_what, q) => {
    for (const order of ['newest', 'best']) expect((await search(app, ann, q, { order })).hits).toEqual([]);
  });
});

it('[F7] a disconnected client cancels its search', async () => {
  const holder = await openSql(app.databaseUrl);
  const other = await openSql(app.databaseUrl);
  const waiting = `SELECT 1 FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%search_entries%'`;
  await holder.rows('BEGIN');
  await holder.rows('LOCK TABLE search_entries IN ACCESS EXCLUSIVE MODE');
  // If each ran until its timeout of two seconds, this test would time out.
  for (let i = 0; i < 20; i++) {
    const abort = new AbortController();
    const left = ask(app, 'GET', '/v1/search?q=tide', { token: ann.token, signal: abort.signal });
    const isLeft = expect(left).rejects.toThrow();
    await until('the search waits', async () => (await other.rows(waiting)).length > 0);
    abort.abort();
    await isLeft;
    await until('no search waits', async () => (await other.rows(waiting)).length === 0);
  }
  await holder.rows('ROLLBACK');
  expect((await search(app, ann, 'tide')).hits).toEqual([]);
  await Promise.all([holder.close(), other.close()]);
});

/** Characters with a meaning in a query, in SQL, in a pattern, in a tsquery or in JSON. */
const HOSTILE = [
  ...[
    '"',
    '`',
    '\\',
    "'",
    ';',
    '--',
    '/*',
    '%',
    '_',
    '*',
    ':*',
    '&',
    '|',
    '!',
    '<->',
    '(',
    ')',
    '$1',
    '{}',
    '[',
    ']',
  ],
  ...[
    'from:',
    'in:',
    'from:ann',
    'in:harbour',
    'before:',
    'after:2020-02-30',
    'after:0001-01-01',
    'has:link',
    '-C',
    '-C 2',
  ],
  ...[
    'mentions:me',
    'word',
    'ab',
    '10.0.0.',
    '東',
    '東京',
    '\u0000',
    '\u202e',
    '🎉',
    'ǅ',
    'İ',
    'ß',
    '\u0301',
    '\n',
  ],
  ...[
    "'@room:1'",
    '@room:1',
    "' OR 1=1 --",
    'x'.repeat(300),
    'a b',
    '"a b"',
    '`a.b`',
    'wor*',
    '１２',
    '٣',
    '½',
  ],
  ...['before:9999-12-31T23:59:59.999Z', 'after:1000-01-01', 'in:@ann', 'in:@', '"->"', 'я*', '`я/у`', '“x”'],
  ...['\u200d', '\ufe0f', '👩\u200d👧', '`👍`', '\ufffe', '\u{10ffff}', '\u{e0001}'],
];

/** Returns a cursor with a random change. */
function bend(cursor: string, chance: Chance): string {
  const parts: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  const odd = [null, -1, 1e300, 2 ** 53, '', [1, 2], [8e15, -1, 1], [-8e15, 0, 0], [0.5, 1, 1], {}, [[]]];
  parts[chance.whole(0, parts.length - 1)] = chance.pick(odd);
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}
