/** Which messages a caller finds, and which ones nobody finds. */

import type { NewPersonalToken } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { call } from '../harness/http.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { indexed, search, seqs } from '../harness/search.ts';
import { openSql, type Sql } from '../harness/sql.ts';

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

describe('access', () => {
  const finds = async (who: Person, q: string) =>
    (await Promise.all(['newest', 'best'].map((order) => search(app, who, q, { order })))).map(
      ({ hits }) => hits.length,
    );

  it('[F3] an outsider finds nothing, even in open rooms; neither does an administrator outside of their rooms', async () => {
    const eve = await person(app, 'eve');
    const den = await bob.opens('den', 'closed');
    await bob.posts(den, 'treasure in the den');
    await bob.posts(harbour, 'treasure in the harbour');
    await indexed(app, bob);
    expect(await finds(bob, 'treasure')).toEqual([2, 2]);
    expect(await finds(eve, 'treasure')).toEqual([0, 0]);
    expect(await finds(ann, 'treasure')).toEqual([1, 1]);
    await expect(search(app, eve, 'treasure in:den')).rejects.toThrow('you are in no room of this name');
    await expect(search(app, eve, 'treasure in:harbour')).rejects.toThrow('you are in no room of this name');
    await expect(search(app, eve, 'treasure', { roomId: String(den.id) })).rejects.toThrow('404');
    await expect(search(app, eve, 'treasure', { roomId: String(harbour.id) })).rejects.toThrow('403');
  });

  it.each<[string, (room: At, who: Person) => Promise<unknown>]>([
    ['left', (room, who) => who.leaves(room)],
    ['was removed', (room, who) => ann.kicks(room, who)],
    [
      'was banned',
      (room, who) =>
        sql.rows('SELECT append_ban($1, $2, $3, NULL, $4)', [room.id, ann.user.id, who.user.id, '']),
    ],
  ])('[F3] a person who %s finds nothing from then on, even with an old cursor', async (what, act) => {
    const room = await ann.opens(`room-${what.replaceAll(' ', '-')}`);
    const carl = await person(app, `carl-${what.replaceAll(' ', '-')}`);
    await carl.joins(room);
    for (const content of ['secret one', 'secret two', 'secret three']) await ann.posts(room, content);
    await indexed(app, carl);
    const first = await search(app, carl, 'secret', { limit: '1', context: '1' });
    const best = await search(app, carl, 'secret', { limit: '1', order: 'best' });
    expect([first.hits.length, best.hits.length]).toEqual([1, 1]);
    await act(room, carl);
    expect(await finds(carl, 'secret')).toEqual([0, 0]);
    expect((await search(app, carl, 'secret', { cursor: first.cursor ?? '' })).hits).toEqual([]);
    expect((await search(app, carl, 'secret', { cursor: best.cursor ?? '', order: 'best' })).hits).toEqual(
      [],
    );
    expect((await finds(ann, `secret in:#room-${what.replaceAll(' ', '-')}`))[0]).toBe(3);
  });

  it('[F3] only its people find messages of a direct room', async () => {
    const direct = await sql.row<{ room_id: number }>('SELECT room_id FROM create_direct_room($1)', [
      [ann.user.id, bob.user.id],
    ]);
    const { seq } = await bob.posts({ id: direct.room_id }, 'whispered across the table');
    await indexed(app, bob);
    const { hits } = await search(app, ann, 'whispered');
    expect(hits).toMatchObject([
      {
        message: { seq },
        room: { kind: 'direct', name: '', people: [{ username: 'ann' }, { username: 'bob' }] },
      },
    ]);
    expect(await finds(ann, 'whispered in:@Bob')).toEqual([1, 1]);
    await expect(search(app, ann, 'whispered in:@eve')).rejects.toThrow(
      'in:@eve: you are in no direct room with this person',
    );
    const dora = await person(app, 'dora');
    expect(await finds(dora, 'whispered')).toEqual([0, 0]);
    await expect(search(app, dora, 'whispered in:@bob')).rejects.toThrow('you are in no direct room');
  });

  it('[F3] a token for one room finds only messages of that room', async () => {
    const pier = await ann.opens('pier');
    for (const room of [pier, harbour]) await ann.posts(room, 'narrow planks');
    await indexed(app, ann);
    const wish = { name: 'a bot', scopes: ['read'], roomId: pier.id };
    const bot = (await ann.asks('POST', '/v1/tokens', wish)).body as NewPersonalToken;
    for (const order of ['newest', 'best']) {
      expect((await search(app, bot, 'narrow', { order })).hits).toMatchObject([{ room: { name: 'pier' } }]);
    }
    await expect(search(app, bot, 'narrow in:harbour')).rejects.toThrow('you are in no room of this name');
    await expect(search(app, bot, 'narrow', { roomId: String(harbour.id) })).rejects.toThrow('404');
  });

  it('[T3] a token for one room cannot find out who else is on the server', async () => {
    const pier = await ann.opens('dry-dock');
    const wish = { name: 'a bot', scopes: ['read'], roomId: pier.id };
    const bot = (await ann.asks('POST', '/v1/tokens', wish)).body as NewPersonalToken;
    await ann.posts(pier, 'planks of oak');
    await indexed(app, ann);
    const nobody = await search(app, bot, 'planks from:nobody-at-all');
    expect(nobody).toEqual(await search(app, bot, 'planks from:bob'));
    expect(nobody.hits).toEqual([]);
    expect((await search(app, bot, 'planks from:nobody-at-all from:ann')).hits).toHaveLength(1);
    await expect(search(app, ann, 'planks from:nobody-at-all')).rejects.toThrow('nobody of this name');
  });

  it('[F3] members find messages of a closed room', async () => {
    await ann.posts(cellar, 'barrels below');
    await indexed(app, ann);
    expect(await finds(ann, 'barrels')).toEqual([1, 1]);
    expect(await finds(bob, 'barrels')).toEqual([0, 0]);
    await ann.adds(cellar, bob);
    expect(await finds(bob, 'barrels')).toEqual([1, 1]);
  });
});

describe('changed messages', () => {
  const path = (seq: number) => `/v1/rooms/${harbour.id}/messages/${seq}`;

  it('[F3] an edited message is found by its current text, and shows no other', async () => {
    const { seq } = await ann.posts(harbour, 'originally zebra');
    await indexed(app, ann);
    await call(app, 'PATCH', path(seq), { token: ann.token, body: { content: 'afterwards giraffe' } });
    expect(await seqs(app, ann, 'zebra')).toEqual([]);
    expect(await seqs(app, ann, '`zebr`')).toEqual([]);
    const { hits } = await search(app, ann, 'giraffe');
    expect(hits).toMatchObject([{ message: { seq, content: 'afterwards giraffe' } }]);
  });

  it('[F3] a deleted message is never found, and its text is in no context', async () => {
    await ann.posts(harbour, 'walrus neighbour');
    const { seq } = await ann.posts(harbour, 'vanishing walrus');
    await indexed(app, ann);
    await call(app, 'DELETE', path(seq), { token: ann.token });
    for (const q of ['vanishing', '"vanishing walrus"', '`nishin`', 'vanish*'])
      expect(await seqs(app, ann, q)).toEqual([]);
    const { hits } = await search(app, ann, 'neighbour -C 2');
    expect(hits[0]?.after?.find((message) => message.seq === seq)).not.toHaveProperty('content');
    const { count } = await sql.row<{ count: number }>(
      "SELECT count(*) AS count FROM search_entries WHERE folded LIKE '%vanishing walrus%'",
    );
    expect(count).toBe(0);
  });
});
