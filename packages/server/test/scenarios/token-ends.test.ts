/** The end of personal access tokens: revocation, expiry, and the end of their creator. */

import type { NewPersonalToken, PersonalToken, Room } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REVOCATION_PERIOD_MS } from '../../src/chat/sign-in/revocation.ts';
import { startApp, type TestApp } from '../harness/app.ts';
import { createManualClock } from '../harness/clock.ts';
import { openEvents } from '../harness/event-stream.ts';
import { type Answer, ask, codeOf } from '../harness/http.ts';
import { type Person, person } from '../harness/people.ts';
import { openSocket, refusalOf, signIn } from '../harness/socket.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import { createToken, type TokenWish } from '../harness/tokens.ts';

const SESSION_ENDED = 4200;
const TOKEN_EXPIRED = 4100;
const SOON_MS = 15_000;
/** The periodic check runs neither at this time nor a second later. */
const BETWEEN_LOOKS_MS = REVOCATION_PERIOD_MS / 2;

/** Moves only when a test advances it, so that the periodic check does not close a socket. */
const clock = createManualClock(Date.now());
let app: TestApp;
let sql: Sql;
let ann: Person;
let bob: Person;
let harbour: Room;
beforeAll(async () => {
  app = await startApp({ clock });
  sql = await openSql(app.databaseUrl);
  ann = await person(app, 'ann');
  bob = await person(app, 'bob');
  harbour = await ann.opens('harbour');
});
afterAll(async () => {
  await sql.close();
  await app.close();
});

function as(token: string, method: string, path: string, body?: unknown): Promise<Answer> {
  return ask(app, method, path, { token, body });
}

describe('the end of a token', () => {
  it('[T4] by revocation closes its sockets, and rejects this token and no other from then on', async () => {
    const { id, token } = await createToken(ann);
    const other = await createToken(ann);
    const socket = await signIn(app, token);
    const headers = { authorization: `Bearer ${token}` };
    const plain = await openSocket(app, { path: `/v1/rooms/${harbour.id}/ws`, headers });
    await plain.first('live', ({ type }) => type === 'live');
    const stream = await openEvents(app, { roomId: harbour.id, form: 'text/event-stream', token });
    await stream.first('live');
    const { ticket } = (await as(token, 'POST', '/v1/tickets')).body as { ticket: string };
    expect(codeOf(await bob.asks('DELETE', `/v1/tokens/${id}`))).toBe('not_found');
    expect(codeOf(await ann.asks('DELETE', `/v1/tokens/${id}`))).toBe('done');
    for (const each of [socket, plain]) expect((await each.closed()).code).toBe(SESSION_ENDED);
    expect(await stream.first('bye')).toMatchObject({ code: SESSION_ENDED });
    expect((await as(token, 'GET', '/v1/me')).status).toBe(401);
    const late = await refusalOf(app, { path: `/v1/rooms/${harbour.id}/ws?ticket=${ticket}` });
    expect(late.status).toBe(401);
    expect(codeOf(await as(other.token, 'GET', '/v1/me'))).toBe('done');
    expect(codeOf(await ann.asks('DELETE', `/v1/tokens/${id}`))).toBe('not_found');
  });

  it('[T4] without a notification to this server takes effect at the next call, and for sockets at the next check', async () => {
    const { id, token } = await createToken(ann);
    const socket = await signIn(app, token, []);
    expect(codeOf(await as(token, 'GET', '/v1/me'))).toBe('done');
    await sql.rows('UPDATE sessions SET ended_at = now() WHERE id = $1', [id]);
    expect((await as(token, 'GET', '/v1/me')).status).toBe(401);
    clock.advance(REVOCATION_PERIOD_MS);
    expect((await socket.closed()).code).toBe(SESSION_ENDED);
  });

  it('[T4] comes with the end of the person’s account', async () => {
    const dora = await person(app, 'dora');
    const { token } = await createToken(dora);
    await sql.rows('UPDATE accounts SET disabled_at = now() WHERE id = $1', [dora.user.id]);
    expect((await as(token, 'GET', '/v1/me')).status).toBe(401);
  });

  it('[T4] by expiry closes its sockets too', async () => {
    const expiresAt = new Date(clock.wall() + SOON_MS).toISOString();
    const { token } = await createToken(bob, { expiresAt });
    const socket = await signIn(app, token, []);
    expect(codeOf(await as(token, 'GET', '/v1/me'))).toBe('done');
    clock.advance(SOON_MS);
    expect((await socket.closed()).code).toBe(TOKEN_EXPIRED);
    expect((await as(token, 'GET', '/v1/me')).status).toBe(401);
    const { tokens } = (await bob.asks('GET', '/v1/tokens')).body as { tokens: PersonalToken[] };
    expect(tokens).toEqual([]);
  });

  it('[T4] by expiry closes sockets that a ticket of it opened', async () => {
    const expiresAt = new Date(clock.wall() + BETWEEN_LOOKS_MS).toISOString();
    const { token } = await createToken(ann, { scopes: ['read'], expiresAt });
    const { ticket } = (await as(token, 'POST', '/v1/tickets')).body as { ticket: string };
    const plain = await openSocket(app, { path: `/v1/rooms/${harbour.id}/ws?ticket=${ticket}` });
    await plain.first('live', ({ type }) => type === 'live');
    clock.advance(BETWEEN_LOOKS_MS + 1_000);
    expect((await plain.closed()).code).toBe(TOKEN_EXPIRED);
    clock.advance(REVOCATION_PERIOD_MS - BETWEEN_LOOKS_MS - 1_000);
  });

  it('[T4] can come by its own request', async () => {
    const { token } = await createToken(bob);
    expect(codeOf(await as(token, 'POST', '/v1/auth/logout'))).toBe('done');
    expect((await as(token, 'GET', '/v1/me')).status).toBe(401);
    expect(codeOf(await bob.asks('GET', '/v1/me'))).toBe('done');
  });

  it('[T4] does not come with the end of the session that created it', async () => {
    const other = await person(app, 'carol');
    const { token } = await createToken(other);
    await other.asks('POST', '/v1/auth/logout');
    expect(codeOf(await as(token, 'GET', '/v1/me'))).toBe('done');
  });
});

describe('a token made by a token', () => {
  it('[T4] has at most the rights and the lifetime of its creator', async () => {
    const expiresAt = new Date(clock.wall() + SOON_MS).toISOString();
    const later = new Date(clock.wall() + SOON_MS + 1).toISOString();
    const { token } = await createToken(bob, { scopes: ['read', 'admin'], expiresAt });
    const make = (wish: TokenWish) =>
      as(token, 'POST', '/v1/tokens', { name: 'x', scopes: ['read'], ...wish });
    expect(codeOf(await make({ scopes: ['read', 'write'], expiresAt }))).toBe('forbidden');
    expect(codeOf(await make({}))).toBe('forbidden');
    expect(codeOf(await make({ expiresAt: later }))).toBe('forbidden');
    expect(codeOf(await make({ expiresAt }))).toBe('done');
  });

  it('[T4] ends with its creator, including its sockets', async () => {
    const { id, token } = await createToken(bob, { scopes: ['read', 'admin'] });
    const body = { name: 'its own', scopes: ['read', 'admin'] };
    const made = (await as(token, 'POST', '/v1/tokens', body)).body as NewPersonalToken;
    const next = (await as(made.token, 'POST', '/v1/tokens', body)).body as NewPersonalToken;
    const socket = await signIn(app, next.token, []);
    await bob.asks('DELETE', `/v1/tokens/${id}`);
    expect((await socket.closed()).code).toBe(SESSION_ENDED);
    for (const each of [token, made.token, next.token]) {
      expect((await as(each, 'GET', '/v1/me')).status).toBe(401);
    }
  });
});
