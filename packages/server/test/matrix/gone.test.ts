/**
 * Tests that edited and deleted texts are gone from every table, answer and event, for every caller. PostgreSQL may keep
 * them in dead rows until the next vacuum, and in its write-ahead log. These tests do not look there.
 */
import type { SearchPage } from '@banter/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEvents } from '../harness/event-stream.ts';
import { PASSWORD, person } from '../harness/people.ts';
import { openSocket, signIn } from '../harness/socket.ts';
import { until } from '../harness/wait.ts';
import { CALLS } from './calls.ts';
import { plainOf } from './commands.ts';
import { request } from './request.ts';
import type { Actor } from './rights.ts';
import type { Room } from './rooms.ts';
import { createWorld, type World } from './world.ts';

/** Words that occur nowhere else. */
const GONE = ['quetzal', 'axolotl', 'capybara', 'narwhal', 'okapi'];
const STAYS = 'pangolin';
const WITNESSES = ['member', 'moderator', 'owner', 'administrator'] as const satisfies Actor[];

let world: World;
let room: Room;
beforeAll(async () => {
  world = await createWorld();
  room = await world.room('open');
  await sendAndDelete();
}, 60_000);
afterAll(() => world.close());

it('[M1] [M2] no table has an edited or deleted text', async () => {
  const found = (await wordsIn(GONE)).filter(({ rows }) => rows > 0);
  expect(found).toEqual([]);
  // The search works: it finds a word that is still there.
  expect((await wordsIn([STAYS])).filter(({ rows }) => rows > 0).map(({ table }) => table)).toContain(
    'messages',
  );
});

it('[M1] [M2] no route returns it', async () => {
  const answers: string[] = [];
  for (const row of CALLS.filter(({ name }) => name.startsWith('GET '))) {
    for (const actor of WITNESSES) {
      const answer = await request(world, row, world.scene(actor, room.place, room));
      answers.push(JSON.stringify(answer.body));
    }
  }
  for (const word of GONE) {
    const { hits } = await search(word);
    expect(hits).toEqual([]);
    expect(answers.filter((text) => text.includes(word))).toEqual([]);
  }
  expect(answers.some((text) => text.includes(STAYS))).toBe(true);
});

it('[M1] [M2] no resume returns it, over any door', async () => {
  const { member } = world.cast;
  const socket = await signIn(world.app, member.token, [{ roomId: room.id, after: 0 }]);
  const plain = await openSocket(world.app, {
    ...plainOf(room.id, member),
    path: `/v1/rooms/${room.id}/ws?after=0`,
  });
  const streams = await Promise.all(
    (['text/event-stream', 'application/x-ndjson'] as const).map((form) =>
      openEvents(world.app, { roomId: room.id, form, token: member.token, query: '?after=0' }),
    ),
  );
  await plain.first('live', ({ type }) => type === 'live');
  await Promise.all(streams.map((stream) => stream.first('live')));
  for (const received of [socket.events, plain.events, ...streams.map(({ events }) => events)]) {
    const text = JSON.stringify(received);
    expect(text).toContain(STAYS);
    for (const word of GONE) expect(text).not.toContain(word);
  }
  for (const { ws } of [socket, plain]) ws.terminate();
  for (const stream of streams) stream.cut();
});

/** Sends each word, finds it, replies, reacts and reports it, and then edits or deletes it. */
async function sendAndDelete(): Promise<void> {
  const { member, moderator } = world.cast;
  const at = `/v1/rooms/${room.id}/messages`;
  const [first, second, third, fourth, fifth] = GONE;
  const changed = await member.posts(room, `a ${first}, @${moderator.user.username}`);
  const deleted = await member.posts(room, `a ${second}\nand its line`);
  const both = await member.posts(room, `a ${third}`);
  for (const { seq } of [changed, deleted, both]) {
    await moderator.asks('POST', at, { content: `about ${seq}`, replyTo: seq });
    await moderator.asks('PUT', `${at}/${seq}/reactions/${encodeURIComponent('👍')}`);
    expect((await moderator.asks('POST', `${at}/${seq}/report`, { reason: 'a beast' })).status).toBeLessThan(
      300,
    );
  }
  for (const word of [first, second, third]) await found(word);
  await member.asks('PATCH', `${at}/${changed.seq}`, { content: `a ${fourth}` });
  await found(fourth);
  await member.asks('PATCH', `${at}/${changed.seq}`, { content: `a ${STAYS}` });
  await member.asks('PATCH', `${at}/${both.seq}`, { content: `another ${third}` });
  await member.asks('DELETE', `${at}/${both.seq}`);
  await moderator.asks('DELETE', `${at}/${deleted.seq}`);
  await deleteAccountWith(fifth);
  await found(STAYS);
}

/** Sends a word as a new person, who then deletes their account with all their messages. */
async function deleteAccountWith(word: string | undefined): Promise<void> {
  const { app, cast } = world;
  const goer = await person(app, 'goer');
  await goer.joins(room);
  const { seq } = await goer.posts(room, `an ${word}`);
  await cast.moderator.asks('POST', `/v1/rooms/${room.id}/messages`, { content: 'indeed', replyTo: seq });
  await found(word);
  const { status } = await goer.asks('DELETE', '/v1/me', { password: PASSWORD, messages: 'remove' });
  expect(status).toBe(204);
  await until('it is gone', async () => (await search(word)).hits.length === 0);
}

async function found(word: string | undefined): Promise<void> {
  await until(`${word} is found`, async () => (await search(word)).hits.length > 0);
}

async function search(word: string | undefined): Promise<SearchPage> {
  const { status, body } = await world.cast.member.asks('GET', `/v1/search?q=${word}`);
  expect(status).toBe(200);
  return body as SearchPage;
}

/** Counts the rows with one of the words in any column, for each table in our schemas. */
async function wordsIn(words: string[]): Promise<{ table: string; rows: number }[]> {
  const tables = await world.sql.rows<{ name: string }>(`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`);
  const counts = [];
  for (const { name } of tables) {
    // Searches the columns as text, and bytes as the text that they may encode.
    const { count } = await world.sql.row<{ count: number }>(
      `SELECT count(*) AS count FROM ${name} t
       WHERE t::text ~* $1 OR EXISTS (SELECT FROM jsonb_each_text(to_jsonb(t)) c
         WHERE c.value LIKE '\\\\x%' AND encode(decode(substr(c.value, 3), 'hex'), 'escape') ~* $1)`,
      [words.join('|')],
    );
    counts.push({ table: name.replace('public.', ''), rows: count });
  }
  return counts;
}
