/** The HTTP door: problems, timeouts and headers. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ERROR_STATUSES, ERRORS, FRAME_MAX_BYTES, isErrorCode } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '../../src/chat/caller.ts';
import type { Chat } from '../../src/chat/chat.ts';
import { ALL_PERMISSIONS } from '../../src/chat/permissions.ts';
import type { Claims } from '../../src/chat/sign-in/access-tokens.ts';
import { HttpConnections } from '../../src/doors/http-connections.ts';
import { createHttpDoor, type HttpDoorDeps } from '../../src/http/door.ts';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { createManualClock } from '../harness/clock.ts';
import { ask } from '../harness/http.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

const REQUEST_TIMEOUT_MS = 60_000;

const clock = createTestClock();
let app: TestApp;
let sql: Sql;
let ann: Person;
let room: At;
beforeAll(async () => {
  app = await startApp({ clock });
  sql = await openSql(app.databaseUrl);
  ann = await person(app, 'ann');
  room = await ann.opens('lobby');
});
afterAll(async () => {
  await sql.close();
  await app.close();
});

describe('a rejected request', () => {
  const json = (body: string) => ({ body, headers: { 'content-type': 'application/json' } });
  it.each([
    ['an unknown path', 'GET', '/v1/nothing', {}, 404],
    ['a malformed id', 'GET', '/v1/rooms/zero', {}, 404],
    ['an unknown field', 'POST', '/v1/rooms', { body: { name: 'a', colour: 'red' } }, 400],
    ['an unknown query parameter', 'GET', '/v1/rooms/1/messages?page=2', {}, 400],
    ['two directions', 'GET', '/v1/rooms/1/messages?before=2&after=1', {}, 400],
    ['too large a page', 'GET', '/v1/rooms/1/messages?limit=201', {}, 400],
    ['a body that is not JSON', 'POST', '/v1/rooms', json('{'), 400],
    ['truncated JSON', 'POST', '/v1/rooms', json('['.repeat(60_000)), 400],
    ['another media type', 'POST', '/v1/rooms', { body: 'name=a' }, 400],
    ['a missing field', 'POST', '/v1/auth/login', { body: { login: 'ann' } }, 400],
    ['a lone surrogate', 'POST', '/v1/rooms', json('{"name":"a","topic":"\\ud800"}'), 400],
    ['too large a body', 'POST', '/v1/rooms/1/messages', { body: 'x'.repeat(FRAME_MAX_BYTES + 1) }, 413],
    ['a wrong password', 'POST', '/v1/auth/login', { body: { login: 'ann', password: 'not the one' } }, 401],
    ['a short password', 'POST', '/v1/auth/register', { body: { username: 'x1', password: 'short' } }, 400],
    [
      'a taken name',
      'POST',
      '/v1/auth/register',
      { body: { username: 'ANN', password: 'long enough!' } },
      409,
    ],
    ['an invalid id', 'POST', '/v1/rooms/1/messages', { body: { content: 'a', id: 'short' } }, 400],
  ])('for %s gets a problem of the common shape', async (_name, method, path, question, status) => {
    const answer = await ask(app, method, path, { token: ann.token, ...question });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const { code, detail, ...rest } = answer.body as { code: string; detail: string };
    if (!isErrorCode(code)) throw new Error(`${code} is no code of the table`);
    expect(rest).toMatchObject({
      type: `urn:banter:error:${code}`,
      title: ERRORS[code].title,
      status: ERROR_STATUSES[code],
      requestId: answer.headers.get('x-request-id'),
    });
    expect(detail.length).toBeGreaterThan(0);
  });

  it('without a valid token is unauthenticated, and the answer says how to sign in', async () => {
    for (const token of [undefined, 'nonsense', `${ann.token}x`, ann.token.slice(0, -4)]) {
      const answer = await ask(app, 'GET', '/v1/me', token === undefined ? {} : { token });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('names each invalid field', async () => {
    const body = { username: '?', password: 'short', email: 'nowhere' };
    const { body: problem } = await ask(app, 'POST', '/v1/auth/register', { body });
    const { errors } = problem as { errors: { field: string }[] };
    expect(errors.map(({ field }) => field)).toEqual(['username', 'password', 'email']);
  });
});

describe('a custom handler without a database', () => {
  it('that throws gives a 500 problem with the logged request id, and the server stays up', async () => {
    const failures: unknown[] = [];
    const door = await openDoor({
      chat: chatWith(() => Promise.reject(new Error('a secret detail'))),
      onFailure: (error, requestId) => failures.push([(error as Error).message, requestId]),
    });
    const answer = await ask(door, 'GET', '/v1/rooms', { token: 'any' });
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal', requestId: 'the-request-id' } });
    expect(JSON.stringify(answer.body)).not.toContain('secret');
    expect(failures).toEqual([['a secret detail', 'the-request-id']]);
    expect((await ask(door, 'GET', '/v1/health')).status).toBe(200);
    door.server.close();
  });

  it('that takes longer than 60 s times out: the read is unavailable, and its scope ends', async () => {
    const time = createManualClock();
    const signals: AbortSignal[] = [];
    const never = ({ scope }: { scope: { signal?: AbortSignal } }) => {
      if (scope.signal) signals.push(scope.signal);
      return new Promise<never>(() => {});
    };
    const door = await openDoor({ clock: time, chat: chatWith(never) });
    const answer = ask(door, 'GET', '/v1/rooms', { token: 'any' });
    await until('the handler runs', () => signals.length === 1);
    time.advance(REQUEST_TIMEOUT_MS - 1);
    expect(signals[0]?.aborted).toBe(false);
    time.advance(1);
    expect(await answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(signals[0]?.aborted).toBe(true);
    door.server.close();
  });
});

describe('a database statement', () => {
  it('is cancelled when its request times out after 60 s', async () => {
    await underLock(async () => {
      const answer = ann.asks('GET', '/v1/rooms');
      await until('the statement waits', () => waiting(1));
      clock.advance(REQUEST_TIMEOUT_MS);
      expect((await answer).status).toBe(503);
      await until('the statement is gone', () => waiting(0));
    });
  });

  it('is cancelled when its client disconnects', async () => {
    await underLock(async () => {
      const controller = new AbortController();
      const answer = ann.asks('GET', '/v1/rooms', undefined, { signal: controller.signal });
      await until('the statement waits', () => waiting(1));
      controller.abort();
      await expect(answer).rejects.toThrow('aborted');
      await until('the statement is gone', () => waiting(0));
    });
  });
});

describe('headers', () => {
  it('forbid framing, sniffing, caching and referrers for every answer', async () => {
    for (const path of ['/v1/health', '/v1/me', '/']) {
      const { headers } = await ask(app, 'GET', path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe-inline');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/);
      expect(headers.get('strict-transport-security')).toBeNull();
    }
    expect((await ask(app, 'GET', '/v1/me')).headers.get('cache-control')).toBe('no-store');
  });
});

it('an idempotency key in the header must equal the id in the body', async () => {
  const headers = { 'idempotency-key': 'key-of-header' };
  const answer = await ann.asks(
    'POST',
    `/v1/rooms/${room.id}/messages`,
    { content: 'a', id: 'key-of-body' },
    { headers },
  );
  expect(answer).toMatchObject({ status: 400, body: { code: 'invalid' } });
});

/** Creates the door on a chat of plain objects. */
async function openDoor(
  some: Partial<HttpDoorDeps> & { chat: Chat },
): Promise<{ url: string; server: Server }> {
  const { hub, watch, socketCounts } = {} as HttpDoorDeps;
  const listener = createHttpDoor({
    hub,
    watch,
    socketCounts,
    httpConnections: new HttpConnections(),
    clock,
    identify: () => ({ requestId: 'the-request-id', address: '192.0.2.1', userAgent: '', isSecure: false }),
    allowsOrigin: () => true,
    facts: { name: null, registration: 'open', whyNotReady: () => null, isDiskLow: () => false },
    files: new Map(),
    metrics: { type: 'text/plain', render: () => '' },
    onRequest: () => {},
    onRefused: () => {},
    onNoUpgrade: () => {},
    onFirstAccount: () => {},
    onFailure: () => {},
    ...some,
  });
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** Returns a chat that accepts every caller and lists rooms with the given function. */
function chatWith(list: Chat['rooms']['list']): Chat {
  const caller = { user: { id: 1, username: 'ann' }, sessionId: 1, permissions: ALL_PERMISSIONS };
  const sessions = {
    verify: async () => ({ userId: 1, sessionId: 1, expiresAt: 0 }),
    callerOf: async (_claims: Claims, scope: Scope) => ({ ...caller, scope }),
  } satisfies Pick<Chat['sessions'], 'verify' | 'callerOf'>;
  const limits = { take: () => {}, refusal: () => null } satisfies Pick<Chat['limits'], 'take' | 'refusal'>;
  const addressBans = { requireAllowed: () => {} } satisfies Pick<Chat['addressBans'], 'requireAllowed'>;
  return { sessions, limits, addressBans, rooms: { list } } as unknown as Chat;
}

/** Runs `work` while the table of memberships is locked. */
async function underLock(work: () => Promise<void>): Promise<void> {
  const other = await openSql(app.databaseUrl);
  await other.rows('BEGIN');
  await other.rows('LOCK TABLE memberships IN ACCESS EXCLUSIVE MODE');
  await work();
  await other.rows('COMMIT');
  await other.close();
}

/** Whether this many statements of the server wait for a lock. */
async function waiting(count: number): Promise<boolean> {
  const blocked = await sql.rows(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  return blocked.length === count;
}
