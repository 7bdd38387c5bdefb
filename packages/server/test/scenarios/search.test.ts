/** Search as people meet it: what is found, by whom, and what never is. */

import type { MessagePage, SearchPage } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { ask, call } from '../harness/http.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { type Chance, printedChance } from '../harness/seed.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

let app: TestApp;
let ann: Person;
let bob: Person;
let harbour: At;
let cellar: At;
let sql: Sql;

beforeAll(async () => {
  app = await startApp();
  [ann, bob] = [await person(app, 'ann'), await person(app, 'bob')];
  [harbour, cellar] = [await ann.opens('harbour'), await ann.opens('cellar', 'closed')];
  await bob.joins(harbour);
  sql = await openSql(app.databaseUrl);
});
afterAll(async () => {
  await sql.close();
  await app.close();
});

describe('what is found', () => {
  it.each<[string, string, string[], string[]]>([
    ['a word, whole and in any case', 'The Crane lifts', ['crane', 'lifts the', 'CRANE'], ['cran', 'lift']],
    ['the beginning of a word', 'Anemometers spin', ['anem*', 'anemom*'], ['nemo*']],
    [
      'a phrase, in its order',
      'cold front from west',
      ['"front from west"'],
      ['"from front"', '"west cold"'],
    ],
    [
      'an address and its parts',
      'ping 10.31.0.12 lost',
      ['10.31.0.12', '10.31.0.', '"10.31.0.12"', '31.0'],
      ['"10.31.0.1"', '10.31.0.2'],
    ],
    [
      'a path and its parts',
      'see /var/log/mast/err.log',
      ['/var/log/mast', 'mast/err', 'ast/er'],
      ['/log/var'],
    ],
    [
      'code',
      'call `halyard_tie(knot->id)`',
      ['halyard_tie(', 'knot->id', '`yard_ti`', 'has:code halyard_tie'],
      ['tie_halyard', 'knot->idx'],
    ],
    ['Chinese', '今天港口都很热闹', ['港口', '热闹'], ['口港', '港都']],
    ['Japanese', 'クレーンが止まった', ['クレーン', '"止まった"'], ['ーレク']],
    ['Russian', 'Якорь ПОДНЯТ', ['якорь', 'поднят', '`кор`', 'якор*'], ['якор']],
    [
      'a path in Russian',
      'лежит в /дом/якоря/Цепь.txt',
      ['/дом/якор', 'якоря/цепь', '`ря/це`'],
      ['дом/цепь'],
    ],
    [
      'words in typographic marks',
      '“Bowline” – ‘reef’…',
      ['bowline', 'reef', '"bowline reef"', '“bowline”'],
      ['bowl'],
    ],
    [
      'emoji',
      'moored 🎉👍🏽 ❤️',
      ['🎉', '👍', '❤', 'moored 🎉', '"moored 🎉"', '`d 🎉`'],
      ['🎉🎉', '"🎉 moored"'],
    ],
    ['per cent and underscore as they are', 'load 93%_of', ['93%_of', '`93%_`'], ['93_%', '9%_of', '93x_of']],
    [
      'quotes within quotes',
      'say "ahoy" twice',
      [String.raw`"say \"ahoy\" twice"`],
      [String.raw`"say \"twice\""`],
    ],
    ['a question', 'whither the gull?', ['whither?', 'gull'], ['gulls']],
  ])('[F1] %s', async (_what, content, found, notFound) => {
    const { seq } = await ann.posts(harbour, content);
    await indexed(ann);
    for (const q of found) expect([q, (await seqs(bob, q)).includes(seq)]).toEqual([q, true]);
    for (const q of notFound) expect([q, (await seqs(bob, q)).includes(seq)]).toEqual([q, false]);
  });
});

describe('filters', () => {
  let mast: At;
  let plain: number;
  let link: number;
  let code: number;
  let call_: number;
  beforeAll(async () => {
    mast = await ann.opens('mast');
    await bob.joins(mast);
    plain = (await ann.posts(mast, 'filtered keel plain')).seq;
    link = (await bob.posts(mast, 'filtered keel https://example.org/x')).seq;
    code = (await ann.posts(mast, 'filtered keel `code`')).seq;
    call_ = (await bob.posts(mast, 'filtered keel for @ann')).seq;
    await ann.posts(harbour, 'filtered keel elsewhere');
    await indexed(ann);
  });

  it.each<[string, () => number[]]>([
    ['keel in:mast', () => [call_, code, link, plain]],
    ['keel in:#MAST from:ann', () => [code, plain]],
    ['keel in:mast from:@Ann from:bob', () => [call_, code, link, plain]],
    ['keel in:mast from:me', () => [code, plain]],
    ['keel in:mast has:link', () => [link]],
    ['in:mast has:code', () => [code]],
    ['in:mast has:code has:link', () => []],
    ['keel mentions:me', () => [call_]],
    ['mentions:me from:ann', () => []],
    ['keel in:mast after:2020-01-01', () => [call_, code, link, plain]],
    ['keel in:mast before:2020-01-01', () => []],
    ['keel in:mast after:2999-12-31', () => []],
    ['keel in:mast before:2999-12-31T23:59Z', () => [call_, code, link, plain]],
  ])('[F2] %s', async (q, expected) => {
    for (const order of ['newest', 'best']) {
      const { hits } = await search(ann, q, { order });
      const found = hits.map(({ message }) => message.seq);
      expect(order === 'newest' ? found : found.toSorted((a, b) => b - a)).toEqual(expected());
    }
  });

  it('[F2] one room can be named by its id', async () => {
    const { hits } = await search(ann, 'keel', { roomId: String(mast.id) });
    expect(hits.map(({ message }) => message.seq)).toEqual([call_, code, link, plain]);
  });

  it('a time is exact to the millisecond: from there on, and before there', async () => {
    const at = (await search(ann, 'keel plain')).hits[0]?.message.at ?? '';
    expect(await seqs(ann, `keel in:mast after:${at}`)).toContain(plain);
    expect(await seqs(ann, `keel in:mast before:${at}`)).not.toContain(plain);
  });

  it('[F5] a hit says where it stands, what was found in it, and what was said around it', async () => {
    const { hits } = await search(ann, 'KEEL has:link -C 1');
    const [hit] = hits;
    expect(hits).toHaveLength(1);
    expect(hit).toMatchObject({
      message: {
        roomId: mast.id,
        seq: link,
        username: 'bob',
        content: 'filtered keel https://example.org/x',
      },
      room: { id: mast.id, name: 'mast', kind: 'open' },
      ranges: [[9, 13]],
      before: [{ seq: plain }],
      after: [{ seq: code }],
    });
    const { messages } = await call<MessagePage>(app, 'GET', hit?.link ?? '', { token: ann.token });
    expect(messages.map(({ seq }) => seq)).toContain(link);
    expect((await search(ann, 'keel has:link -C 1', { context: '0' })).hits[0]).not.toHaveProperty('before');
  });

  it.each([
    ['', 'q is empty'],
    ['in:nowhere keel', 'in:nowhere: you are in no room of this name'],
    ['from:nobody keel', 'from:nobody: there is nobody of this name'],
    ['has:cheese', 'has: knows link and code'],
    ['->', 'too short'],
    ['"open', 'not closed'],
  ])('[F4] %j is refused with what is wrong in it', async (q, reason) => {
    const answer = await ask(app, 'GET', `/v1/search?${new URLSearchParams({ q })}`, { token: ann.token });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid', errors: [{ field: 'q' }] } });
    expect((answer.body as { detail: string }).detail).toContain(reason);
  });
});

describe('who finds', () => {
  const finds = async (who: Person, q: string) =>
    (await Promise.all(['newest', 'best'].map((order) => search(who, q, { order })))).map(
      ({ hits }) => hits.length,
    );

  it('[F3] an outsider finds nothing, in open rooms neither; nor does the administrator, outside of their rooms', async () => {
    const eve = await person(app, 'eve');
    const den = await bob.opens('den', 'closed');
    await bob.posts(den, 'treasure in the den');
    await bob.posts(harbour, 'treasure in the harbour');
    await indexed(bob);
    expect(await finds(bob, 'treasure')).toEqual([2, 2]);
    expect(await finds(eve, 'treasure')).toEqual([0, 0]);
    expect(await finds(ann, 'treasure')).toEqual([1, 1]);
    await expect(search(eve, 'treasure in:den')).rejects.toThrow('you are in no room of this name');
    await expect(search(eve, 'treasure in:harbour')).rejects.toThrow('you are in no room of this name');
    await expect(search(eve, 'treasure', { roomId: String(den.id) })).rejects.toThrow('404');
    await expect(search(eve, 'treasure', { roomId: String(harbour.id) })).rejects.toThrow('403');
  });

  it.each<[string, (room: At, who: Person) => Promise<unknown>]>([
    ['left', (room, who) => who.leaves(room)],
    ['was removed', (room, who) => ann.kicks(room, who)],
    [
      'was banned',
      (room, who) =>
        sql.rows('SELECT append_ban($1, $2, $3, NULL, $4)', [room.id, ann.user.id, who.user.id, '']),
    ],
  ])('[F3] who %s finds nothing from that moment on, with an old cursor neither', async (what, act) => {
    const room = await ann.opens(`room-${what.replaceAll(' ', '-')}`);
    const carl = await person(app, `carl-${what.replaceAll(' ', '-')}`);
    await carl.joins(room);
    for (const content of ['secret one', 'secret two', 'secret three']) await ann.posts(room, content);
    await indexed(carl);
    const first = await search(carl, 'secret', { limit: '1', context: '1' });
    const best = await search(carl, 'secret', { limit: '1', order: 'best' });
    expect([first.hits.length, best.hits.length]).toEqual([1, 1]);
    await act(room, carl);
    expect(await finds(carl, 'secret')).toEqual([0, 0]);
    expect((await search(carl, 'secret', { cursor: first.cursor ?? '' })).hits).toEqual([]);
    expect((await search(carl, 'secret', { cursor: best.cursor ?? '', order: 'best' })).hits).toEqual([]);
    expect((await finds(ann, `secret in:#room-${what.replaceAll(' ', '-')}`))[0]).toBe(3);
  });

  it('[F3] a direct room is for its people only', async () => {
    const direct = await sql.row<{ room_id: number }>('SELECT room_id FROM create_direct_room($1)', [
      [ann.user.id, bob.user.id],
    ]);
    const { seq } = await bob.posts({ id: direct.room_id }, 'whispered across the table');
    await indexed(bob);
    const { hits } = await search(ann, 'whispered');
    expect(hits).toMatchObject([
      {
        message: { seq },
        room: { kind: 'direct', name: '', people: [{ username: 'ann' }, { username: 'bob' }] },
      },
    ]);
    expect(await finds(ann, 'whispered in:@Bob')).toEqual([1, 1]);
    await expect(search(ann, 'whispered in:@eve')).rejects.toThrow(
      'in:@eve: you are in no direct room with this person',
    );
    const dora = await person(app, 'dora');
    expect(await finds(dora, 'whispered')).toEqual([0, 0]);
    await expect(search(dora, 'whispered in:@bob')).rejects.toThrow('you are in no direct room');
  });

  it('[F3] a closed room is found by its members', async () => {
    await ann.posts(cellar, 'barrels below');
    await indexed(ann);
    expect(await finds(ann, 'barrels')).toEqual([1, 1]);
    expect(await finds(bob, 'barrels')).toEqual([0, 0]);
    await ann.adds(cellar, bob);
    expect(await finds(bob, 'barrels')).toEqual([1, 1]);
  });
});

describe('what was changed', () => {
  const path = (seq: number) => `/v1/rooms/${harbour.id}/messages/${seq}`;

  it('[F3] an edited message is found by its text of now, and shows no other', async () => {
    const { seq } = await ann.posts(harbour, 'originally zebra');
    await indexed(ann);
    await call(app, 'PATCH', path(seq), { token: ann.token, body: { content: 'afterwards giraffe' } });
    expect(await seqs(ann, 'zebra')).toEqual([]);
    expect(await seqs(ann, '`zebr`')).toEqual([]);
    const { hits } = await search(ann, 'giraffe');
    expect(hits).toMatchObject([{ message: { seq, content: 'afterwards giraffe' } }]);
  });

  it('[F3] a deleted message is never found, nor its text in a context', async () => {
    await ann.posts(harbour, 'walrus neighbour');
    const { seq } = await ann.posts(harbour, 'vanishing walrus');
    await indexed(ann);
    await call(app, 'DELETE', path(seq), { token: ann.token });
    for (const q of ['vanishing', '"vanishing walrus"', '`nishin`', 'vanish*'])
      expect(await seqs(ann, q)).toEqual([]);
    const { hits } = await search(ann, 'neighbour -C 2');
    expect(hits[0]?.after?.find((message) => message.seq === seq)).not.toHaveProperty('content');
    const { count } = await sql.row<{ count: number }>(
      "SELECT count(*) AS count FROM search_entries WHERE content LIKE '%vanishing walrus%'",
    );
    expect(count).toBe(0);
  });
});

describe('a cursor', () => {
  it('[F6] is refused when it is not of this search', async () => {
    for (let i = 0; i < 3; i++) await ann.posts(harbour, `paged ${i}`);
    await indexed(ann);
    const { cursor = '' } = await search(ann, 'paged', { limit: '1' });
    expect((await search(ann, 'paged -C 2', { cursor })).hits).toHaveLength(2);
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

  it('[F4] whatever is asked, and however a cursor is bent, it is an answer or a refusal', async () => {
    const chance = printedChance('hostile searches');
    const { cursor = '' } = await search(ann, 'after:2020-01-01', { limit: '1' });
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

describe('[F4] hostile input is refused in words:', () => {
  it.each([
    ['10 KB of parts', 'ab.'.repeat(3_500)],
    ['10 KB of one word', 'a'.repeat(10_000)],
    ['quotes in quotes in quotes', '"\\'.repeat(250)],
    ['only quotes', '"'.repeat(500)],
    ['only filters without a value', 'from: in: has: '.repeat(30)],
    ['only signs', '-> => :: '.repeat(50)],
    ['zero bytes', 'a\u0000b'],
    ['too many words', 'ab '.repeat(100)],
    ['nothing to see', '\u200b\u200d\ufeff'],
  ])('%s', async (_what, q) => {
    const answer = await ask(app, 'GET', `/v1/search?q=${encodeURIComponent(q)}`, { token: ann.token });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid' } });
  });

  it('a query that no header has room for', async () => {
    const { status } = await ask(app, 'GET', `/v1/search?q=${'a'.repeat(60_000)}`, { token: ann.token });
    expect(status).toBe(431);
  });

  it.each([
    ['sixteen patterns', Array.from({ length: 16 }, (_, i) => `\`a%_${i}b\``).join(' ')],
    ['a long phrase of one word', `"${'a '.repeat(240)}"`],
    ['sixteen beginnings', Array.from({ length: 16 }, (_, i) => `aaa${i}*`).join(' ')],
    ['a word as long as a query', 'é'.repeat(500)],
    ['backslashes', `\`${'\\'.repeat(400)}abc\``],
  ])('%s are answered', async (_what, q) => {
    for (const order of ['newest', 'best']) expect((await search(ann, q, { order })).hits).toEqual([]);
  });
});

/** Signs that mean something to a query, to SQL, to a pattern, to a tsquery or to JSON. */
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
  ...['before:9999-12-31T23:59:59.999Z', 'after:1000-01-01'],
];

/** A cursor with something in it changed. */
function bend(cursor: string, chance: Chance): string {
  const parts: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  const odd = [null, -1, 1e300, 2 ** 53, '', [1, 2], [8e15, -1, 1], [-8e15, 0, 0], [0.5, 1, 1], {}, [[]]];
  parts[chance.whole(0, parts.length - 1)] = chance.pick(odd);
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

async function indexed(who: Person): Promise<void> {
  await until('search has come to all', async () => (await search(who, 'after:2020-01-01')).behind === 0);
}

function search(who: Person, q: string, rest: Record<string, string> = {}): Promise<SearchPage> {
  return call(app, 'GET', `/v1/search?${new URLSearchParams({ q, ...rest })}`, { token: who.token });
}

async function seqs(who: Person, q: string): Promise<number[]> {
  return (await search(who, q)).hits.map(({ message }) => message.seq);
}
