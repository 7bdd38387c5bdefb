/** The scopes and the room of a personal token: what each allows. */

import type { Room, TokenScope } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { createManualClock } from '../harness/clock.ts';
import { type Answer, ask, codeOf } from '../harness/http.ts';
import { newId, type Person, person } from '../harness/people.ts';
import { openSocket, refusalOf, signIn } from '../harness/socket.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import { createToken } from '../harness/tokens.ts';

const SESSION_ENDED = 4200;

/** Moves only when a test advances it, so that the periodic check does not close a socket. */
const clock = createManualClock(Date.now());
let app: TestApp;
let sql: Sql;
let ann: Person;
let harbour: Room;
let pier: Room;
beforeAll(async () => {
  app = await startApp({ clock });
  sql = await openSql(app.databaseUrl);
  ann = await person(app, 'ann');
  harbour = await ann.opens('harbour');
  pier = await ann.opens('pier');
});
afterAll(async () => {
  await sql.close();
  await app.close();
});

function as(token: string, method: string, path: string, body?: unknown): Promise<Answer> {
  return ask(app, method, path, { token, body });
}

describe('a scope', () => {
  const CALLS: [TokenScope, string, string, unknown?][] = [
    ['read', 'GET', '/v1/me'],
    ['read', 'POST', '/v1/tickets'],
    ['write', 'POST', '/v1/rooms', { name: '!' }],
    ['admin', 'GET', '/v1/tokens'],
    ['admin', 'GET', '/v1/sessions'],
    ['admin', 'DELETE', '/v1/sessions/4711'],
    ['admin', 'DELETE', '/v1/tokens/4711'],
  ];

  it.each(CALLS)('[T2] %s allows %s %s, and no other scope does', async (scope, method, path, body) => {
    for (const own of ['read', 'write', 'admin'] as const) {
      const { token } = await createToken(ann, { scopes: [own] });
      const code = codeOf(await as(token, method, path, body));
      if (own === scope) expect(code).not.toBe('forbidden');
      else expect(code).toBe('forbidden');
    }
  });

  it('[T2] is checked on the socket for each command', async () => {
    const { token } = await createToken(ann, { scopes: ['read'] });
    const socket = await signIn(app, token);
    const at = { id: newId(), roomId: harbour.id };
    expect(await socket.ask({ op: 'send', ...at, content: 'x' })).toMatchObject({ code: 'forbidden' });
    expect(await socket.ask({ op: 'delete', ...at, id: newId(), seq: 1 })).toMatchObject({
      code: 'forbidden',
    });
    expect(await socket.ask({ op: 'subscribe', ...at, id: newId() })).toMatchObject({ type: 'ok' });
    socket.ws.terminate();
  });

  it('[T2] read lets a plain socket listen, but not send', async () => {
    const { token } = await createToken(ann, { scopes: ['read'] });
    const headers = { authorization: `Bearer ${token}` };
    const plain = await openSocket(app, { path: `/v1/rooms/${harbour.id}/ws`, headers });
    await plain.first('live', ({ type }) => type === 'live');
    plain.send('x');
    expect(await plain.first('error', ({ type }) => type === 'error')).toMatchObject({ code: 'forbidden' });
    plain.ws.terminate();
  });

  it('[T2] write allows posting, but opens no socket or stream', async () => {
    const { token } = await createToken(ann, { scopes: ['write'] });
    const posted = await as(token, 'POST', `/v1/rooms/${harbour.id}/messages`, { content: 'from a script' });
    expect(posted.status).toBe(201);
    const headers = { authorization: `Bearer ${token}` };
    expect(await refusalOf(app, { path: `/v1/rooms/${harbour.id}/ws`, headers })).toMatchObject({
      status: 403,
    });
    const socket = await openSocket(app);
    socket.send({ op: 'hello', token });
    expect(await socket.closed()).toMatchObject({ code: SESSION_ENDED });
    expect(socket.events[0]).toMatchObject({ type: 'error', code: 'forbidden' });
  });

  it('[T2] applies to a ticket of the token too', async () => {
    const { token } = await createToken(ann, { scopes: ['read'], roomId: harbour.id });
    const ticketOf = async () => ((await as(token, 'POST', '/v1/tickets')).body as { ticket: string }).ticket;
    const path = `/v1/rooms/${harbour.id}/ws?ticket=${await ticketOf()}`;
    const plain = await openSocket(app, { path });
    await plain.first('live', ({ type }) => type === 'live');
    plain.send('x');
    expect(await plain.first('error', ({ type }) => type === 'error')).toMatchObject({ code: 'forbidden' });
    const elsewhere = `/v1/rooms/${pier.id}/ws?ticket=${await ticketOf()}`;
    expect(await refusalOf(app, { path: elsewhere })).toMatchObject({ status: 404 });
    plain.ws.terminate();
  });
});

describe('a token for one room', () => {
  it('[T3] sees only that room over HTTP', async () => {
    const { token } = await createToken(ann, { roomId: harbour.id });
    const { rooms } = (await as(token, 'GET', '/v1/rooms')).body as { rooms: Room[] };
    expect(rooms.map(({ id }) => id)).toEqual([harbour.id]);
    expect(codeOf(await as(token, 'GET', `/v1/rooms/${harbour.id}/messages`))).toBe('done');
    const nowhere = await as(token, 'GET', `/v1/rooms/${2 ** 40}/messages`);
    for (const path of ['', '/messages', '/members', '/events']) {
      const { body } = await as(token, 'GET', `/v1/rooms/${pier.id}${path}`);
      expect(body).toEqual({ ...(nowhere.body as object), requestId: expect.anything() });
    }
    expect(codeOf(await as(token, 'POST', `/v1/rooms/${pier.id}/messages`, { content: 'x' }))).toBe(
      'not_found',
    );
    expect(codeOf(await as(token, 'POST', '/v1/rooms', { name: 'another' }))).toBe('forbidden');
  });

  it('[T3] gets events of only that room on the socket, including new rooms', async () => {
    const { token } = await createToken(ann, { roomId: harbour.id });
    const socket = await signIn(app, token);
    expect(await socket.first('welcome', ({ type }) => type === 'welcome')).toMatchObject({
      rooms: [{ roomId: harbour.id }],
    });
    const elsewhere = { id: newId(), roomId: pier.id };
    expect(await socket.ask({ op: 'subscribe', ...elsewhere })).toMatchObject({ code: 'not_found' });
    expect(await socket.ask({ op: 'send', ...elsewhere, id: newId(), content: 'x' })).toMatchObject({
      code: 'not_found',
    });
    const dock = await ann.opens('dock');
    await ann.posts(pier, 'not for scripts');
    await ann.asks('PUT', `/v1/rooms/${pier.id}/read`, { seq: 2 });
    await ann.posts(harbour, 'the last');
    await socket.first('the last', (event) => event.type === 'message' && event.content === 'the last');
    const told = socket.events.filter((event) => 'roomId' in event && event.type !== 'error');
    expect(told.every((event) => 'roomId' in event && event.roomId === harbour.id)).toBe(true);
    expect(socket.log(dock.id)).toEqual([]);
    socket.ws.terminate();
  });
});
