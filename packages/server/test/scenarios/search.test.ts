/** Search over HTTP: which messages are found, and how hits are shown. */

import type { MessagePage } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { ask, call } from '../harness/http.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { indexed, search, seqs } from '../harness/search.ts';

let app: TestApp;
let ann: Person;
let bob: Person;
let harbour: At;

beforeAll(async () => {
  app = await startApp();
  [ann, bob] = [await person(app, 'ann'), await person(app, 'bob')];
  harbour = await ann.opens('harbour');
  await bob.joins(harbour);
});
afterAll(() => app.close());

describe('terms', () => {
  it.each<[string, string, string[], string[]]>([
    ['a word, whole and in any case', 'The Crane lifts', ['crane', 'lifts the', 'CRANE'], ['cran', 'lift']],
    ['a prefix', 'Anemometers spin', ['anem*', 'anemom*'], ['nemo*']],
    ['a phrase in its order', 'cold front from west', ['"front from west"'], ['"from front"', '"west cold"']],
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
      'words in typographic quotes',
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
    [
      'percent sign and underscore literally',
      'load 93%_of',
      ['93%_of', '`93%_`'],
      ['93_%', '9%_of', '93x_of'],
    ],
    [
      'quotes within quotes',
      'say "ahoy" twice',
      [String.raw`"say \"ahoy\" twice"`],
      [String.raw`"say \"twice\""`],
    ],
    [
      'short names with signs',
      'since v 1.2.3 of C++, C# and R&D: I/O of PLT-3612',
      ['1.2.3', 'C++', 'c#', 'r&d', 'I/O', 'PLT-36*', '“1.2.3 of”', 'PLT–3612'],
      ['1.2.4', 'C+-', 'R/D', 'LT-36*', 'PLT-37*'],
    ],
    ['a long dash for two short ones', 'reset --force', ['—force', '`--force`', '–force'], ['—forced']],
    ['a question', 'whither the gull?', ['whither?', 'gull'], ['gulls']],
  ])('[F1] %s', async (_what, content, found, notFound) => {
    const { seq } = await ann.posts(harbour, content);
    await indexed(app, ann);
    for (const q of found) expect([q, (await seqs(app, bob, q)).includes(seq)]).toEqual([q, true]);
    for (const q of notFound) expect([q, (await seqs(app, bob, q)).includes(seq)]).toEqual([q, false]);
  });
});

describe('[F9] days of a time zone', () => {
  it.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago', '+12:45', '-09:30'])('%s', async (tz) => {
    const { seq, at } = await ann.posts(harbour, 'dated by its day');
    await indexed(app, ann);
    const day = new Date(Date.parse(at) + OFFSET_MS[tz as keyof typeof OFFSET_MS]).toISOString().slice(0, 10);
    const found = async (q: string) =>
      (await search(app, bob, q, { tz })).hits.some(({ message }) => message.seq === seq);
    expect(await found(`dated after:${day}`)).toBe(true);
    expect(await found(`dated before:${day}`)).toBe(false);
  });

  it('an unknown zone is refused by name', async () => {
    const path = `/v1/search?${new URLSearchParams({ q: 'after:2026-01-31', tz: 'Mars/Olympus' })}`;
    expect(await ask(app, 'GET', path, { token: bob.token })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'tz', message: expect.stringContaining('"Mars/Olympus"') }] },
    });
  });
});

const HOUR_MS = 3_600_000;
const OFFSET_MS = {
  'Pacific/Kiritimati': 14 * HOUR_MS,
  'Pacific/Pago_Pago': -11 * HOUR_MS,
  '+12:45': 12.75 * HOUR_MS,
  '-09:30': -9.5 * HOUR_MS,
};

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
    await indexed(app, ann);
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
      const { hits } = await search(app, ann, q, { order });
      const found = hits.map(({ message }) => message.seq);
      expect(order === 'newest' ? found : found.toSorted((a, b) => b - a)).toEqual(expected());
    }
  });

  it('[F2] roomId restricts a search to one room', async () => {
    const { hits } = await search(app, ann, 'keel', { roomId: String(mast.id) });
    expect(hits.map(({ message }) => message.seq)).toEqual([call_, code, link, plain]);
  });

  it('after is inclusive and before exclusive, to the millisecond', async () => {
    const at = (await search(app, ann, 'keel plain')).hits[0]?.message.at ?? '';
    expect(await seqs(app, ann, `keel in:mast after:${at}`)).toContain(plain);
    expect(await seqs(app, ann, `keel in:mast before:${at}`)).not.toContain(plain);
  });

  it('[F5] a hit has its place, its ranges and the messages around it', async () => {
    const { hits } = await search(app, ann, 'KEEL has:link -C 1');
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
    expect((await search(app, ann, 'keel has:link -C 1', { context: '0' })).hits[0]).not.toHaveProperty(
      'before',
    );
  });

  it.each([
    ['', 'q is empty'],
    ['in:nowhere keel', 'in:nowhere: you are in no room of this name'],
    ['from:nobody keel', 'from:nobody: there is nobody of this name'],
    ['has:cheese', 'has: accepts link or code'],
    ['->', 'too short'],
    ['"open', 'not closed'],
  ])('[F4] %j is rejected, and the detail names the fault', async (q, reason) => {
    const answer = await ask(app, 'GET', `/v1/search?${new URLSearchParams({ q })}`, { token: ann.token });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid', errors: [{ field: 'q' }] } });
    expect((answer.body as { detail: string }).detail).toContain(reason);
  });
});
