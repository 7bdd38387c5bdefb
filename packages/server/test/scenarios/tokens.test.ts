/** Personal access tokens: where they are valid. */

import type { NewPersonalToken, PersonalToken, Room } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { createManualClock } from '../harness/clock.ts';
import { openEvents } from '../harness/event-stream.ts';
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

describe('a personal token', () => {
  it('[T1] is valid wherever an access token is', async () => {
    const { token, id } = await createToken(ann);
    expect(token).toMatch(/^bnt_[\w-]{43}$/);
    expect((await as(token, 'GET', '/v1/me')).body).toEqual(ann.user);
    const socket = await signIn(app, token);
    expect(await socket.first('welcome', ({ type }) => type === 'welcome')).toMatchObject({ sessionId: id });
    const send = { op: 'send', id: newId(), roomId: harbour.id, content: 'over the socket' } as const;
    expect(await socket.ask(send)).toMatchObject({ type: 'ok' });
    const headers = { authorization: `Bearer ${token}` };
    const plain = await openSocket(app, { path: `/v1/rooms/${harbour.id}/ws`, headers });
    await plain.first('live', ({ type }) => type === 'live');
    plain.send('over the plain socket');
    await plain.first(
      'its own',
      (event) => event.type === 'message' && event.content === 'over the plain socket',
    );
    const stream = await openEvents(app, { roomId: harbour.id, form: 'application/x-ndjson', token });
    expect(await stream.first('live')).toMatchObject({ roomId: harbour.id });
    for (const { ws } of [socket, plain]) ws.terminate();
    stream.cut();
  });

  it('[T1] is shown once, and the store has only its hash', async () => {
    const { token, ...rest } = await createToken(ann, { scopes: ['read'] });
    const { tokens } = (await ann.asks('GET', '/v1/tokens')).body as { tokens: PersonalToken[] };
    expect(tokens[0]).toEqual(rest);
    const rows = await sql.rows<{ row: string }>('SELECT s::text AS row FROM sessions s');
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.filter(({ row }) => row.includes(token) || row.includes(token.slice(4)))).toEqual([]);
  });

  it('[T1] is rejected in a URL, and the answer says how to get a ticket', async () => {
    const { token } = await createToken(ann);
    for (const name of ['ticket', 'token']) {
      const path = `/v1/rooms/${harbour.id}/ws?${name}=${token}`;
      const { status, problem } = await refusalOf(app, { path });
      expect([status, problem.detail]).toEqual([401, expect.stringContaining('POST /v1/tickets')]);
      const stream = await ask(app, 'GET', `/v1/rooms/${harbour.id}/events?${name}=${token}`, {
        headers: { accept: 'text/event-stream' },
      });
      expect(stream.body).toMatchObject({ status: 401, detail: expect.stringContaining('POST /v1/tickets') });
    }
  });

  it('[T1] is neither listed nor ended as a session', async () => {
    const { id, token } = await createToken(ann);
    const { sessions } = (await ann.asks('GET', '/v1/sessions')).body as { sessions: { id: number }[] };
    expect(sessions.map((session) => session.id)).not.toContain(id);
    expect(codeOf(await ann.asks('DELETE', `/v1/sessions/${id}`))).toBe('not_found');
    expect(codeOf(await ann.asks('DELETE', `/v1/tokens/${sessions[0]?.id}`))).toBe('not_found');
    expect(codeOf(await as(token, 'GET', '/v1/me'))).toBe('done');
    expect(codeOf(await ann.asks('GET', '/v1/me'))).toBe('done');
  });

  it('[T1] on a socket cannot be replaced by another credential, and cannot replace one', async () => {
    const { token } = await createToken(ann, { scopes: ['read'] });
    const stronger = await createToken(ann, { scopes: ['read', 'write', 'admin'] });
    const socket = await signIn(app, token, []);
    for (const other of [ann.token, stronger.token]) {
      expect(await socket.ask({ op: 'auth', id: newId(), token: other })).toMatchObject({
        code: 'forbidden',
      });
    }
    const own = await ann.connects([]);
    expect(await own.ask({ op: 'auth', id: newId(), token })).toMatchObject({ code: 'forbidden' });
    expect(await socket.ask({ op: 'auth', id: newId(), token })).toMatchObject({ type: 'ok' });
    for (const { ws } of [socket, own]) ws.terminate();
  });

  it('[T1] that was never issued is rejected everywhere, and cannot be renewed', async () => {
    const token = `bnt_${'A'.repeat(43)}`;
    expect((await as(token, 'GET', '/v1/me')).status).toBe(401);
    const socket = await openSocket(app);
    socket.send({ op: 'hello', token });
    expect((await socket.closed()).code).toBe(SESSION_ENDED);
  });

  it('is in the audit log when it is created and revoked, with the tokens it created, and without its secret', async () => {
    const { id, token } = await createToken(ann, { scopes: ['read', 'admin'] });
    const body = { name: 'its own', scopes: ['read'], roomId: harbour.id };
    const { id: own } = (await as(token, 'POST', '/v1/tokens', body)).body as NewPersonalToken;
    await ann.asks('DELETE', `/v1/tokens/${id}`);
    const rows = await sql.rows<{ act: string; subject: { tokenId: number } }>(
      "SELECT act, subject FROM audit_log WHERE actor_id = $1 AND act LIKE 'token.%' ORDER BY id",
      [ann.user.id],
    );
    const told = rows.filter(({ subject }) => [id, own].includes(subject.tokenId));
    expect(told.map(({ act, subject }) => [act, subject.tokenId]).toSorted()).toEqual(
      [
        ['token.create', id],
        ['token.create', own],
        ['token.revoke', id],
        ['token.revoke', own],
      ].toSorted(),
    );
    expect(told.find(({ subject }) => subject.tokenId === own)?.subject).toMatchObject({
      userId: ann.user.id,
      scopes: ['read'],
      roomId: harbour.id,
      sessionId: id,
    });
    expect(JSON.stringify(rows)).not.toContain(token.slice(4));
  });

  it('has the time of its last use', async () => {
    const { id, token } = await createToken(ann);
    const lastUse = async () => {
      const { tokens } = (await ann.asks('GET', '/v1/tokens')).body as { tokens: PersonalToken[] };
      return tokens.find((each) => each.id === id)?.lastUsedAt;
    };
    expect(await lastUse()).toBeUndefined();
    clock.advance(1_000);
    await as(token, 'GET', '/v1/me');
    expect(await lastUse()).toBe(new Date(clock.wall()).toISOString());
  });

  it.each([
    ['no name', { name: ' ', scopes: ['read'] }],
    ['a long name', { name: 'x'.repeat(65), scopes: ['read'] }],
    ['no scope', { name: 'x', scopes: [] }],
    ['an unknown scope', { name: 'x', scopes: ['all'] }],
    [
      'an end after the last storable year',
      { name: 'x', scopes: ['read'], expiresAt: '9999-12-31T23:59:59-23:59' },
    ],
    ['an end in the past', { name: 'x', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' }],
    ['administration of one room', { name: 'x', scopes: ['admin'], roomId: 1 }],
  ])('is rejected with %s', async (_what, body) => {
    expect(codeOf(await ann.asks('POST', '/v1/tokens', body))).toBe('invalid');
  });

  it('is rejected for a room that the person may not see', async () => {
    const closed = await bob.opens('crew', 'closed');
    const body = { name: 'x', scopes: ['read'], roomId: closed.id };
    expect(codeOf(await ann.asks('POST', '/v1/tokens', body))).toBe('not_found');
  });
});

describe('guesses', () => {
  it('[T1] of tokens count against the address that makes them, and not against valid tokens', async () => {
    const limited = await startApp({ env: { RATE_LIMITS: 'on' }, clock: createManualClock(Date.now()) });
    const who = await person(limited, 'ann');
    const made = await who.asks('POST', '/v1/tokens', { name: 'x', scopes: ['read'] });
    const { token } = made.body as NewPersonalToken;
    const asks = (each: string) => ask(limited, 'GET', '/v1/me', { token: each });
    expect((await asks(token)).status).toBe(200);
    const guesses = Array.from({ length: 700 }, (_, i) => `bnt_${String(i).padStart(43, 'A')}`);
    const codes = new Set((await Promise.all(guesses.map(asks))).map(codeOf));
    expect([...codes].toSorted()).toEqual(['rate_limited', 'unauthenticated']);
    expect((await asks(token)).status).toBe(200);
    await limited.close();
  });
});
