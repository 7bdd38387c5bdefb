/** The end of a session: logout, refresh tokens, expiry and tickets. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { ask } from '../harness/http.ts';
import { type At, loggedIn, newId, PASSWORD, type Person, person } from '../harness/people.ts';
import { openSocket, refusalOf, roundTrip } from '../harness/socket.ts';

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

describe('the refresh cookie', () => {
  /** Signs in as a browser does. @returns the cookies, for a later request. */
  async function cookiesOf(name: string): Promise<string> {
    const body = { login: name, password: PASSWORD };
    const { headers } = await ask(app, 'POST', '/v1/auth/login', { body });
    return headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }

  it('[A1] is of no use to pages of a foreign origin', async () => {
    const cookie = await cookiesOf((await person(app, 'hal')).user.username);
    const refresh = async (origin?: string) =>
      (await ask(app, 'POST', '/v1/auth/refresh', { headers: { cookie, ...(origin && { origin }) } })).status;
    for (const origin of ['https://evil.example', 'null', `${app.url}.evil.example`, 'http://127.0.0.1:1'])
      expect(await refresh(origin), origin).toBe(403);
    expect(await refresh(app.url)).toBe(200);
  });

  it('[A4] signs in to no other call', async () => {
    const cookie = await cookiesOf('hal');
    const calls = [
      ['GET', '/v1/me'],
      ['POST', '/v1/auth/logout'],
      ['POST', '/v1/tickets'],
      ['DELETE', '/v1/sessions'],
    ] as const;
    for (const [method, path] of calls)
      expect((await ask(app, method, path, { headers: { cookie } })).status, path).toBe(401);
  });
});

async function shared(): Promise<At> {
  const room = await ann.opens(`room${++rooms}`);
  await bob.joins(room);
  return room;
}
