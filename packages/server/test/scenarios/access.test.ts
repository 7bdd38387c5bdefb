/** Access: lost memberships, and rooms that a caller may not see. */

import type { Room } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { ask } from '../harness/http.ts';
import { type At, newId, type Person, person } from '../harness/people.ts';
import { openSocket, refusalOf, roundTrip } from '../harness/socket.ts';
import { openSql, storedEvents } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

const clock = createTestClock();
let app: TestApp;
let ann: Person;
let bob: Person;
let rooms = 0;
beforeAll(async () => {
  app = await startApp({ clock });
  [ann, bob] = await Promise.all([person(app, 'ann'), person(app, 'bob')]);
});
afterAll(() => app.close());

describe('a lost membership', () => {
  it('[A2] a send that waits for the lock while another node removes its author is rejected', async () => {
    const room = await shared();
    await bob.connects([{ roomId: room.id }]);
    const other = await openSql(app.databaseUrl);
    await other.rows('BEGIN');
    await other.rows('SELECT append_kick($1, $2, $3, $4)', [room.id, ann.user.id, bob.user.id, '']);
    const reply = bob.failsToSay(room, 'too late');
    // Within a transaction this view does not change, so another connection reads it.
    const outside = await openSql(app.databaseUrl);
    await until('the append waits', async () => {
      const waiting = "wait_event_type = 'Lock' AND query LIKE '%append_message%'";
      return (await outside.rows(`SELECT 1 FROM pg_stat_activity WHERE ${waiting}`)).length > 0;
    });
    await outside.close();
    await other.rows('COMMIT');
    expect(await reply).toMatchObject({ code: 'not_member' });
    expect((await storedEvents(other, room.id)).map(({ kind }) => kind)).toEqual(['join', 'join', 'kick']);
    await other.close();
  });

  it.each(['kick', 'leave'] as const)(
    '[A3] a %s is the last event that the person gets, on every door',
    async (act) => {
      const room = await shared();
      const live = await bob.connects();
      await ann.connects();
      const headers = { authorization: `Bearer ${bob.token}` };
      const plain = await openSocket(app, { path: `/v1/rooms/${room.id}/ws`, headers });
      await plain.first('live', ({ type }) => type === 'live');

      const flood = Array.from({ length: 300 }, (_, i) => ann.says(room, `before or after ${i}`));
      const replies = Array.from({ length: 50 }, (_, i) => bob.tries(room, `mine ${i}`));
      const removed = act === 'kick' ? ann.kicks(room, bob) : bob.leaves(room);
      replies.push(...Array.from({ length: 50 }, (_, i) => bob.tries(room, `mine too ${i}`)));
      await Promise.all([...flood, removed]);
      await Promise.all(replies);
      expect((await plain.closed()).code).toBe(4201);
      await ann.says(room, 'among ourselves');
      await ann.sees('among ourselves');
      await roundTrip(live);

      const log = ann.socket.log(room.id);
      const fence = log.find(({ type }) => type === act)?.seq ?? 0;
      expect(log.filter(({ seq, userId }) => seq > fence && userId === bob.user.id)).toEqual([]);
      for (const socket of [live, plain]) {
        const seqs = socket.log(room.id).map(({ seq }) => seq);
        expect(seqs).toEqual(Array.from({ length: fence - 2 }, (_, i) => i + 3));
      }
      await expectShutOut(bob, room);
    },
  );

  it('[A3] a person who was removed and returns gets the room’s events again, from the new join on', async () => {
    const room = await shared();
    const live = await bob.connects();
    await ann.kicks(room, bob);
    await live.first('the kick', ({ type }) => type === 'kick');
    await ann.posts(room, 'unseen');
    await bob.joins(room);
    await ann.posts(room, 'seen');
    await bob.sees('seen');
    expect(live.log(room.id).map(({ seq }) => seq)).toEqual([3, 5, 6]);
  });
});

describe('a room that the caller may not see', () => {
  beforeAll(async () => {
    await Promise.all([ann.renews(), bob.renews()]);
  });

  it('[A5] looks the same as one that does not exist, on every route', async () => {
    const [hal, ida] = await Promise.all([person(app, 'hal'), person(app, 'ida')]);
    const closed = await hal.opens(`closed${++rooms}`, 'closed');
    await hal.posts(closed, 'a secret');
    const routes: [string, string, unknown?][] = [
      ['GET', ''],
      ['PATCH', '', { topic: 'mine' }],
      ['PATCH', '', { name: 'mine' }],
      ['POST', '/join'],
      ['POST', '/leave'],
      ['GET', '/members'],
      ['PUT', `/members/${ida.user.id}`, { role: 'owner' }],
      ['PUT', '/members/999999', { role: 'owner' }],
      ['DELETE', `/members/${hal.user.id}`],
      ['GET', '/messages'],
      ['POST', '/messages', { content: 'hello?' }],
      ['POST', '/messages', 'hello?'],
      ['PUT', '/read', { seq: 1 }],
    ];
    for (const [method, rest, body] of routes) {
      const [real, none] = await Promise.all(
        [closed.id, 999_999].map((id) => ida.asks(method, `/v1/rooms/${id}${rest}`, body)),
      );
      expect([method, rest, real?.status]).toEqual([method, rest, 404]);
      expect(anonymous(real?.body)).toEqual(anonymous(none?.body));
    }
    const { rooms: listed } = (await ida.asks('GET', '/v1/rooms')).body as { rooms: Room[] };
    expect(listed.filter(({ id }) => id === closed.id)).toEqual([]);
    expect((await ida.asks('POST', '/v1/rooms', { name: closed.name })).status).toBe(201);
  });

  it('[A5] looks the same as one that does not exist, on both sockets', async () => {
    const [jim, kay] = await Promise.all([person(app, 'jim'), person(app, 'kay')]);
    const closed = await jim.opens(`closed${++rooms}`, 'closed');
    const socket = await kay.connects([{ roomId: closed.id }, { roomId: 999_999 }]);
    const refusals = socket.events.filter(({ type }) => type === 'error');
    expect(refusals.map((event) => ({ ...event, roomId: 0 }))).toEqual([
      { ...refusals[1], roomId: 0 },
      { ...refusals[1], roomId: 0 },
    ]);
    for (const roomId of [closed.id, 999_999]) {
      const id = newId();
      const not = { id, type: 'error', code: 'not_found', message: 'there is no such room' };
      expect(await socket.ask({ op: 'send', id, roomId, content: 'hello?' })).toEqual(not);
      expect(await socket.ask({ op: 'subscribe', id, roomId, after: 0 })).toEqual(not);
      expect(await socket.ask({ op: 'unsubscribe', id, roomId })).toMatchObject({ type: 'ok' });
    }
    const headers = { authorization: `Bearer ${kay.token}` };
    const [real, none] = await Promise.all(
      [closed.id, 999_999].map((id) => refusalOf(app, { path: `/v1/rooms/${id}/ws`, headers })),
    );
    expect(real?.status).toBe(404);
    expect(anonymous(real?.problem)).toEqual(anonymous(none?.problem));
  });

  it('[A6] an open room shows its name and size to everyone signed in, and its messages only to members', async () => {
    const room = await ann.opens(`open${++rooms}`);
    await ann.posts(room, 'for members');
    expect((await bob.asks('GET', `/v1/rooms/${room.id}`)).body).toMatchObject({ joined: false, members: 1 });
    await expectShutOut(bob, room);
    await bob.joins(room);
    expect((await bob.reads(room)).messages.map(({ content }) => content)).toEqual(['for members']);
    for (const path of ['', '/messages', '/members']) {
      expect((await ask(app, 'GET', `/v1/rooms/${room.id}${path}`)).status).toBe(401);
    }
  });

  it('[A6] a person whom a moderator adds to a closed room gets its history and its live events', async () => {
    const room = await ann.opens(`invited${++rooms}`, 'closed');
    await ann.posts(room, 'before');
    const live = await bob.connects();
    await ann.adds(room, bob);
    await ann.posts(room, 'welcome');
    await bob.sees('welcome');
    expect(live.log(room.id).map(({ type }) => type)).toEqual(['role', 'message']);
    expect((await bob.reads(room)).messages.map(({ content }) => content)).toEqual(['before', 'welcome']);
  });
});

/** Opens a room of Ann's with Bob as a member. Its head is 2. */

async function shared(): Promise<At> {
  const room = await ann.opens(`room${++rooms}`);
  await bob.joins(room);
  return room;
}

/** Expects not_member for a person on every door. */
async function expectShutOut(who: Person, room: At): Promise<void> {
  const again = await who.connects([{ roomId: room.id, after: 0 }]);
  expect(again.events.filter(({ type }) => type === 'error')).toMatchObject([
    { code: 'not_member', roomId: room.id },
  ]);
  expect(await who.failsToSay(room, 'still here')).toMatchObject({ code: 'not_member' });
  const subscribed = await again.ask({ op: 'subscribe', id: newId(), roomId: room.id, after: 0 });
  expect(subscribed).toMatchObject({ code: 'not_member' });
  expect(again.log(room.id)).toEqual([]);
  for (const path of ['/messages', '/members']) {
    const answer = await who.asks('GET', `/v1/rooms/${room.id}${path}`);
    expect(answer).toMatchObject({ status: 403, body: { code: 'not_member' } });
  }
  const posted = await who.asks('POST', `/v1/rooms/${room.id}/messages`, { content: 'still here' });
  expect(posted).toMatchObject({ status: 403, body: { code: 'not_member' } });
  const headers = { authorization: `Bearer ${who.token}` };
  const { status, problem } = await refusalOf(app, { path: `/v1/rooms/${room.id}/ws`, headers });
  expect([status, problem.code]).toEqual([403, 'not_member']);
}

function anonymous(problem: unknown): unknown {
  return { ...(problem as object), requestId: '' };
}
