/** Access: opening sockets, the fence, the end of a session, and rooms that a caller may not see. */

import { HELLO_MAX_BYTES, HELLO_TIMEOUT_MS, type Room } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { ask } from '../harness/http.ts';
import { type At, loggedIn, newId, type Person, person } from '../harness/people.ts';
import { openSocket, refusalOf, roundTrip, signIn } from '../harness/socket.ts';
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

describe('opening a socket', () => {
  it('[A1] twelve forged origins are rejected with 403 before the upgrade', async () => {
    const { port } = new URL(app.url);
    const forged = [
      'null',
      'https://evil.example',
      'http://127.0.0.1',
      `http://127.0.0.1:${Number(port) - 1}`,
      `http://127.0.0.1:${port}0`,
      `http://127.0.0.1:${port}.evil.example`,
      `http://127.0.0.1:${port}@evil.example`,
      `http://evil.example:${port}`,
      `http://localhost:${port}`,
      `http://127.0.0.1:${port}/`,
      `ftp://127.0.0.1:${port}`,
      `HTTP://127.0.0.1:${port}`,
    ];
    for (const origin of forged) {
      for (const path of ['/v1/socket', '/v1/rooms/1/ws']) {
        const { status, problem } = await refusalOf(app, { path, origin });
        expect([origin, status, problem.code]).toEqual([origin, 403, 'forbidden']);
      }
    }
  });

  it('[A1] a request without an origin, or from our own, can open a socket', async () => {
    for (const options of [{}, { origin: app.url }]) {
      const socket = await signIn(app, ann.token, [], options);
      socket.ws.terminate();
    }
  });

  it('[A1] with ALLOWED_ORIGINS, exactly those origins can open a socket', async () => {
    const listed = await startApp({ env: { ALLOWED_ORIGINS: 'https://chat.example.net' } });
    const { ws } = await openSocket(listed, { origin: 'https://chat.example.net' });
    ws.terminate();
    const near = [
      'https://chat.example.net.evil.example',
      'https://evil-chat.example.net',
      'https://example.net',
      'http://chat.example.net',
      'wss://chat.example.net',
      'https://chat.example.net:444',
      'https://chat.example.net:443',
      'https://chat.example.net.',
      'https://chat.example.net/',
      'https://CHAT.example.net',
      'https://user@chat.example.net',
      'https://chat.example.net@evil.example',
      'https://chat.xn--exmple-4nf.net',
      'https://chat.example.net https://evil.example',
      'https://chat.example.net, https://chat.example.net',
      'null',
    ];
    for (const origin of [...near, listed.url]) {
      expect((await refusalOf(listed, { origin })).status).toBe(403);
    }
    await listed.close();
  });

  it('[A1] a socket without hello is closed after 5 s', async () => {
    const silent = await openSocket(app);
    clock.advance(4_000);
    const other = await signIn(app, ann.token, []);
    await roundTrip(other);
    expect(silent.closing).toBeNull();
    clock.advance(2_500);
    expect((await silent.closed()).code).toBe(4101);
    other.ws.terminate();
  });

  it('[A1] [S6] a hello that waits for the store counts as in time: its socket stays and is welcomed', async () => {
    const other = await openSql(app.databaseUrl);
    await other.rows('BEGIN');
    await other.rows('LOCK TABLE sessions');
    const socket = await openSocket(app);
    socket.send(hello(ann.token));
    const outside = await openSql(app.databaseUrl);
    await until('the hello waits for the store', async () => {
      const waiting = "wait_event_type = 'Lock' AND query LIKE '%sessions%'";
      return (await outside.rows(`SELECT 1 FROM pg_stat_activity WHERE ${waiting}`)).length > 0;
    });
    clock.advance(HELLO_TIMEOUT_MS + 1_000);
    await other.rows('COMMIT');
    await socket.first('welcome', ({ type }) => type === 'welcome');
    socket.ws.terminate();
    await Promise.all([other.close(), outside.close()]);
  });

  const hello = (token: string) => JSON.stringify({ op: 'hello', token });
  it.each([
    ['another command', () => '{"op":"typing","roomId":1}', 4101],
    ['text that is not JSON', () => 'hello', 4101],
    ['a frame larger than a hello', () => hello('x'.repeat(HELLO_MAX_BYTES)), 1009],
    ['a malformed token', () => hello('not.a.token'), 4100],
    ['a token without a signature', () => hello(ann.token.replace(/\.[^.]*$/, '.')), 4100],
    ['a token with the algorithm none', () => hello(unsigned(ann.token)), 4100],
  ])('[A1] %s as the first frame closes the socket', async (_name, frame, code) => {
    const socket = await openSocket(app);
    socket.send(frame());
    expect((await socket.closed()).code).toBe(code);
    expect(socket.events.map(({ type }) => type)).toEqual(['bye']);
  });
});

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
      const waiting = "wait_event_type = 'Lock' AND query LIKE '%append_messages%'";
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

describe('the end of a session', () => {
  it('[A4] logout closes the session’s sockets, and its access token is rejected everywhere at once', async () => {
    const room = await shared();
    const laptop = await loggedIn(app, 'bob');
    const phone = await bob.connects();
    const headers = { authorization: `Bearer ${laptop.token}` };
    const sockets = [
      await laptop.connects(),
      await laptop.connects([]),
      await openSocket(app, { path: `/v1/rooms/${room.id}/ws`, headers }),
    ];
    const { body } = await laptop.asks('POST', '/v1/tickets');
    const { ticket } = body as { ticket: string };
    expect((await laptop.asks('POST', '/v1/auth/logout')).status).toBe(204);
    for (const socket of sockets) expect((await socket.closed()).code).toBe(4200);

    expect((await laptop.asks('GET', '/v1/me')).status).toBe(401);
    const late = await openSocket(app);
    late.send({ op: 'hello', token: laptop.token });
    expect((await late.closed()).code).toBe(4200);
    const path = `/v1/rooms/${room.id}/ws`;
    expect((await refusalOf(app, { path, headers })).status).toBe(401);
    expect((await refusalOf(app, { path: `${path}?ticket=${ticket}` })).status).toBe(401);
    const { refreshToken } = laptop;
    expect((await ask(app, 'POST', '/v1/auth/refresh', { body: { refreshToken } })).status).toBe(401);
    await roundTrip(phone);
    expect(phone.closing).toBeNull();
  });

  it('[A4] a person can end another session of their own, and nobody else’s', async () => {
    const laptop = await loggedIn(app, 'bob');
    const socket = await laptop.connects([]);
    const { sessionId } = await socket.first('welcome', (event) => event.type === 'welcome');
    expect((await ann.asks('DELETE', `/v1/sessions/${sessionId}`)).status).toBe(404);
    expect((await bob.asks('DELETE', `/v1/sessions/${sessionId}`)).status).toBe(204);
    expect((await socket.closed()).code).toBe(4200);
  });

  it('[A4] a refresh token returns the same successor for 10 s; later use ends the session', async () => {
    const cem = await person(app, 'cem');
    const socket = await cem.connects([]);
    const refreshToken = cem.refreshToken;
    const first = await cem.renews();
    const again = await ask(app, 'POST', '/v1/auth/refresh', { body: { refreshToken } });
    expect(again).toMatchObject({ status: 200, body: { refreshToken: first.refreshToken } });
    clock.advance(10_500);
    expect((await ask(app, 'POST', '/v1/auth/refresh', { body: { refreshToken } })).status).toBe(401);
    expect((await socket.closed()).code).toBe(4200);
    expect((await cem.asks('GET', '/v1/me')).status).toBe(401);
    const successor = { refreshToken: first.refreshToken };
    expect((await ask(app, 'POST', '/v1/auth/refresh', { body: successor })).status).toBe(401);
  });

  it('[A4] fifty concurrent refreshes of one token return one successor', async () => {
    const eve = await person(app, 'eve');
    const body = { refreshToken: eve.refreshToken };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => ask(app, 'POST', '/v1/auth/refresh', { body })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(
      new Set(answers.map((answer) => (answer.body as { refreshToken: string }).refreshToken)).size,
    ).toBe(1);
  });

  it('[A4] an expired token closes its sockets, unless the socket got a newer one in time', async () => {
    const dee = await person(app, 'dee');
    const room = await dee.opens(`dee${++rooms}`);
    const headers = { authorization: `Bearer ${dee.token}` };
    const plain = await openSocket(app, { path: `/v1/rooms/${room.id}/ws`, headers });
    const [forgetful, careful] = [await dee.connects([]), await dee.connects([])];
    clock.advance(500_000);
    const { accessToken } = await dee.renews();
    expect(await careful.ask({ op: 'auth', id: newId(), token: accessToken })).toMatchObject({ type: 'ok' });
    const foreign = await careful.ask({ op: 'auth', id: newId(), token: (await person(app, 'fay')).token });
    expect(foreign).toMatchObject({ code: 'forbidden' });
    await roundTrip(forgetful);
    clock.advance(101_000);
    for (const socket of [forgetful, plain]) expect((await socket.closed()).code).toBe(4100);
    await roundTrip(careful);
    expect(careful.closing).toBeNull();
    expect((await ask(app, 'GET', '/v1/me', { token: accessToken })).status).toBe(200);
  });

  it('[A4] a ticket opens one plain socket within 30 s, under either name; an access token in a URL opens none', async () => {
    const gus = await person(app, 'gus');
    const room = await gus.opens(`gus${++rooms}`);
    const path = `/v1/rooms/${room.id}/ws`;
    const ticket = async () => ((await gus.asks('POST', '/v1/tickets')).body as { ticket: string }).ticket;
    for (const name of ['ticket', 'token']) {
      const query = `?${name}=${await ticket()}`;
      const socket = await openSocket(app, { path: path + query });
      expect((await refusalOf(app, { path: path + query })).status).toBe(401);
      socket.ws.terminate();
    }
    const late = await ticket();
    clock.advance(30_500);
    expect((await refusalOf(app, { path: `${path}?ticket=${late}` })).status).toBe(401);
    const { status, problem } = await refusalOf(app, { path: `${path}?token=${gus.token}` });
    expect([status, String(problem.detail)]).toEqual([401, expect.stringContaining('/v1/tickets')]);
    expect((await refusalOf(app, { path })).status).toBe(401);
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

/** Returns the token's claims under a header that names no signature algorithm. */
function unsigned(token: string): string {
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  return `${header}.${token.split('.')[1]}.`;
}
