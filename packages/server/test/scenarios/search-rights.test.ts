/** Search against a model: people join, leave, are removed and banned; messages are edited and deleted. */

import type { SearchHit } from '@banter/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type Person, person } from '../harness/people.ts';
import { search } from '../harness/search.ts';
import { type Chance, printedChance } from '../harness/seed.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const ROUNDS = 15;
const ACTS_OF_A_ROUND = 20;
/** This word is in every text, so that one query finds all messages that a person may see. */
const COMMON = 'common';

type Room = { id: number; kind: 'open' | 'closed' | 'direct'; owner: Person; members: Set<Person> };
type Said = { room: Room; seq: number; author: Person; text: string | null };

let app: TestApp;
let sql: Sql;
let everyone: Person[];
let rooms: Room[];
const said: Said[] = [];
/** Texts that were edited or deleted. */
const gone: string[] = [];
let texts = 0;
/** The status of an answer to an addition that waits for the person's consent. */
const ASKED = 202;

beforeAll(async () => {
  app = await startApp();
  sql = await openSql(app.databaseUrl);
  everyone = [];
  for (const name of ['ann', 'bob', 'carl', 'dora', 'eve']) everyone.push(await person(app, name));
  rooms = [];
  const [, bob, carl] = everyone as [Person, Person, Person];
  for (const [name, kind] of [
    ['one', 'open'],
    ['two', 'open'],
    ['three', 'closed'],
    ['four', 'closed'],
  ] as const) {
    const owner = name === 'one' ? carl : bob;
    rooms.push({ ...(await owner.opens(name, kind)), kind, owner, members: new Set([owner]) });
  }
  for (const two of [everyone.slice(0, 2), everyone.slice(2, 4)]) rooms.push(await direct(two));
});
afterAll(async () => {
  await sql.close();
  await app.close();
});

it('[F3] each person finds exactly the current messages of their rooms, and nobody finds a deleted text', async () => {
  const chance = printedChance('who finds what');
  let held = new Map<Person, { q: string; order: string; cursor: string }>();
  for (let round = 0; round < ROUNDS; round++) {
    for (let act = 0; act < ACTS_OF_A_ROUND; act++) await chance.pick(ACTS)(chance);
    await index();
    for (const [who, { q, order, cursor }] of held)
      expectAllowed(who, (await search(app, who, q, { order, cursor })).hits);
    held = new Map();
    for (const who of everyone) {
      const order = chance.pick(['newest', 'best']);
      const q = `${COMMON} -C ${chance.whole(0, 2)}`;
      const first = await search(app, who, q, { order, limit: '2' });
      if (first.cursor !== undefined) held.set(who, { q, order, cursor: first.cursor });
      const hits = await allPages(who, q, order);
      expectAllowed(who, hits);
      expect(hits.map(keyOf).toSorted()).toEqual(seen(who).map(keyOf).toSorted());
    }
    if (gone.length > 0)
      expect((await search(app, chance.pick(everyone), chance.pick(gone))).hits).toEqual([]);
  }
  expect([said.length > 20, gone.length > 5]).toEqual([true, true]);
  for (const text of gone) expect(await everywhere(text)).toEqual([]);
});

/** Each act may be rejected for lack of rights. Then nothing changes. */
const ACTS: ((chance: Chance) => Promise<void>)[] = [
  post,
  post,
  post,
  post,
  post,
  edit,
  remove,
  join,
  join,
  leave,
  kick,
  add,
  ban,
  unban,
  archive,
];

async function post(chance: Chance): Promise<void> {
  const room = chance.pick(rooms);
  // Sometimes an outsider tries it.
  const author = chance.pick([...room.members, ...room.members, chance.pick(everyone)]);
  const text = newText();
  const { status, body } = await author.asks('POST', `/v1/rooms/${room.id}/messages`, {
    content: `${COMMON} ${text}`,
  });
  if (status < 300) said.push({ room, seq: (body as { seq: number }).seq, author, text });
}

async function edit(chance: Chance): Promise<void> {
  await change(chance, newText(), (message, text) =>
    message.author.asks('PATCH', pathOf(message), { content: `${COMMON} ${text}` }),
  );
}

async function remove(chance: Chance): Promise<void> {
  await change(chance, null, (message) => message.author.asks('DELETE', pathOf(message)));
}

async function change(
  chance: Chance,
  text: string | null,
  ask: (message: Said, text: string | null) => Promise<{ status: number }>,
): Promise<void> {
  const there = said.filter((message) => message.text !== null);
  if (there.length === 0) return;
  const message = chance.pick(there);
  if ((await ask(message, text)).status >= 300) return;
  if (message.text !== null) gone.push(message.text);
  message.text = text;
}

async function join(chance: Chance): Promise<void> {
  const [room, who] = [chance.pick(rooms), chance.pick(everyone)];
  const { status } = await who.asks('POST', `/v1/rooms/${room.id}/join`);
  if (status < 300) room.members.add(who);
}

async function leave(chance: Chance): Promise<void> {
  const [room, who] = [chance.pick(rooms), chance.pick(everyone)];
  if (who === room.owner) return;
  const { status } = await who.asks('POST', `/v1/rooms/${room.id}/leave`);
  if (status < 300) room.members.delete(who);
}

async function kick(chance: Chance): Promise<void> {
  const [room, who] = [chance.pick(rooms), chance.pick(everyone)];
  const { status } = await room.owner.asks('DELETE', `/v1/rooms/${room.id}/members/${who.user.id}`);
  if (status < 300) room.members.delete(who);
}

async function add(chance: Chance): Promise<void> {
  const [room, who] = [chance.pick(rooms), chance.pick(everyone)];
  if (who === room.owner) return;
  const path = `/v1/rooms/${room.id}/members/${who.user.id}`;
  const { status } = await room.owner.asks('PUT', path, { role: 'member' });
  if (status >= 300) return;
  // A person who left is only asked, and accepts here [C10].
  if (status === ASKED) await who.asks('POST', `/v1/requests/${room.id}/accept`);
  room.members.add(who);
}

async function ban(chance: Chance): Promise<void> {
  const [room, who] = [chance.pick(rooms), chance.pick(everyone)];
  const outcome = await act('append_ban($1, $2, $3, NULL, $4)', [
    room.id,
    room.owner.user.id,
    who.user.id,
    '',
  ]);
  if (outcome === 'done') room.members.delete(who);
}

async function unban(chance: Chance): Promise<void> {
  const [room, who] = [chance.pick(rooms), chance.pick(everyone)];
  await act('append_unban($1, $2, $3)', [room.id, room.owner.user.id, who.user.id]);
}

/** An archived room accepts nothing, but its members still find its messages. */
async function archive(chance: Chance): Promise<void> {
  const room = chance.pick(rooms);
  const name = chance.pick(['append_archive', 'append_restore', 'append_restore']);
  await act(`${name}($1, $2)`, [room.id, room.owner.user.id]);
}

async function act(called: string, params: unknown[]): Promise<string> {
  return (await sql.row<{ outcome: string }>(`SELECT outcome FROM ${called}`, params)).outcome;
}

async function direct(two: Person[]): Promise<Room> {
  const [owner] = two as [Person];
  const create = 'SELECT room_id AS id FROM create_direct_room($1)';
  const { id } = await sql.row<{ id: number }>(create, [two.map(({ user }) => user.id)]);
  return { id, kind: 'direct', owner, members: new Set(two) };
}

function newText(): string {
  texts++;
  return `text${texts}`;
}

function pathOf({ room, seq }: Said): string {
  return `/v1/rooms/${room.id}/messages/${seq}`;
}

function seen(who: Person): Said[] {
  return said.filter(({ room, text }) => text !== null && room.members.has(who));
}

function keyOf(one: Said | SearchHit): string {
  if ('room' in one && 'text' in one) return `${one.room.id}/${one.seq} ${COMMON} ${one.text}`;
  return `${one.message.roomId}/${one.message.seq} ${one.message.content}`;
}

/** Expects all hits and their context to be in the person's rooms and to have the current text. */
function expectAllowed(who: Person, hits: SearchHit[]): void {
  const now = new Map(seen(who).map((one) => [`${one.room.id}/${one.seq}`, `${COMMON} ${one.text}`]));
  const shown = hits.flatMap(({ message, before = [], after = [] }) => [message, ...before, ...after]);
  const wrong = shown.filter(
    ({ roomId, seq, content, deletedAt }) =>
      content !== now.get(`${roomId}/${seq}`) ||
      (content === undefined && (deletedAt === undefined || !isIn(who, roomId))),
  );
  expect(wrong).toEqual([]);
}

function isIn(who: Person, roomId: number): boolean {
  return rooms.some(({ id, members }) => id === roomId && members.has(who));
}

async function allPages(who: Person, q: string, order: string): Promise<SearchHit[]> {
  const hits: SearchHit[] = [];
  let cursor: string | undefined;
  do {
    const page = await search(app, who, q, {
      order,
      limit: '50',
      ...(cursor === undefined ? {} : { cursor }),
    });
    hits.push(...page.hits);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return hits;
}

async function index(): Promise<void> {
  const ids = rooms.map(({ id }) => id);
  for (let behind = ids; behind.length > 0; ) {
    const row = await sql.row<{ behind: number[] }>('SELECT behind FROM search_index($1, 10000, 10000000)', [
      ids,
    ]);
    behind = row.behind;
  }
}

/** Returns the tables that contain a text. */
async function everywhere(text: string): Promise<string[]> {
  const rows = await sql.rows<{ name: string }>(
    `SELECT 'messages' AS name FROM messages m WHERE to_jsonb(m)::text ~ ('\\m' || $1 || '\\M')
     UNION ALL SELECT 'events' FROM events e WHERE to_jsonb(e)::text ~ ('\\m' || $1 || '\\M')
     UNION ALL SELECT 'search_entries' FROM search_entries s WHERE to_jsonb(s)::text ~ ('\\m' || $1 || '\\M')`,
    [text],
  );
  return rows.map(({ name }) => name);
}
