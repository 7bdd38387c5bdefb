/** The audit log over HTTP: sign-ins, reading and verifying. */
import type { AuditPage, AuditVerdict } from '@banter/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { ask, call } from '../harness/http.ts';
import { loggedIn, PASSWORD, type Person, person } from '../harness/people.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

const address = '127.0.0.1';

let app: TestApp;
let sql: Sql;
let clock: ReturnType<typeof createTestClock>;
beforeEach(async () => {
  clock = createTestClock();
  app = await startApp({ clock });
  sql = await openSql(app.databaseUrl);
});
afterEach(async () => {
  await sql.close();
  await app.close();
});

it('[G3] a registration, a sign-in, the end of another session and a sign-out are rows with address and session', async () => {
  const ann = await person(app, 'ann');
  const again = await loggedIn(app, 'ann');
  const [first, second] = await sessionsOf(again);
  await again.asks('DELETE', `/v1/sessions/${first}`);
  await again.asks('POST', '/v1/auth/logout');
  const userId = ann.user.id;
  expect(await rows()).toEqual([
    { act: 'account.register', actor: userId, subject: { userId, address, admin: true } },
    { act: 'session.login', actor: userId, subject: { userId, address, sessionId: first } },
    { act: 'session.login', actor: userId, subject: { userId, address, sessionId: second } },
    { act: 'session.end', actor: userId, subject: { userId, sessionId: first } },
    { act: 'session.logout', actor: userId, subject: { userId, sessionId: second } },
  ]);
});

it('[G3] a refresh token reused after the grace period is a row without an actor, with the caller’s address', async () => {
  const ann = await person(app, 'ann');
  const stolen = { refreshToken: ann.refreshToken };
  await ann.renews();
  clock.advance(11_000);
  expect((await ask(app, 'POST', '/v1/auth/refresh', { body: stolen })).status).toBe(401);
  expect((await rows()).at(-1)).toEqual({
    act: 'session.refresh-reuse',
    actor: null,
    subject: { userId: ann.user.id, sessionId: expect.any(Number), address },
  });
});

it('[G3] a failed sign-in is a row with the account; for an unknown account it does not contain the typed name', async () => {
  const ann = await person(app, 'ann');
  for (const login of ['ANN', 'my-password-in-the-wrong-field']) {
    await ask(app, 'POST', '/v1/auth/login', { body: { login, password: 'a wrong password' } });
  }
  await until('both failures are in the log', async () => (await failures()).length === 2);
  expect(await failures()).toEqual([{ userId: ann.user.id, address }, { address }]);
});

it('[G3] no password and no token is in the log', async () => {
  const ann = await person(app, 'ann');
  const { refreshToken, token } = await loggedIn(app, 'ann');
  await ask(app, 'POST', '/v1/auth/login', { body: { login: 'ann', password: `${PASSWORD}!` } });
  await until('the failure is in the log', async () => (await failures()).length === 1);
  const log = JSON.stringify(await rows());
  for (const secret of [PASSWORD, token, refreshToken, ann.token]) expect(log).not.toContain(secret);
});

it('[G3] administrators read the log filtered by actor, act and subject, in pages', async () => {
  const ann = await person(app, 'ann');
  const bob = await person(app, 'bob');
  const room = await ann.opens('harbour');
  await ann.adds(room, bob);
  await ann.kicks(room, bob);
  const log = async (query: string) => (await read(ann, query)).entries.map(({ act }) => act);
  expect(await log(`?userId=${bob.user.id}`)).toEqual([
    'room.kick',
    'room.role',
    'session.login',
    'account.register',
  ]);
  expect(await log(`?actorId=${ann.user.id}&act=room`)).toEqual(['room.kick', 'room.role', 'room.create']);
  expect(await log(`?roomId=${room.id}&userId=${bob.user.id}&act=room.kick`)).toEqual(['room.kick']);
  const first = await read(ann, `?roomId=${room.id}&limit=2`);
  expect(first.entries.map(({ actor }) => actor)).toEqual(['ann', 'ann']);
  const { cursor, entries } = await read(ann, `?roomId=${room.id}&limit=2&cursor=${first.cursor}`);
  expect({ cursor, acts: entries.map(({ act }) => act) }).toEqual({
    cursor: undefined,
    acts: ['room.create'],
  });
  const at = first.entries[0]?.at ?? '';
  expect(await log(`?after=${at}`)).toEqual(expect.not.arrayContaining(['room.create']));
  expect(await log('?before=2000-01-01T00:00:00Z')).toEqual([]);
});

it('[G3] rows name the people and open rooms of an act as they are called now, but no closed or direct room', async () => {
  const [ann, bob] = [await person(app, 'ann'), await person(app, 'bob')];
  const open = await ann.opens('harbour');
  const closed = await bob.opens('cellar', 'closed');
  await ann.adds(open, bob);
  await bob.adds(closed, ann);
  await ann.asks('PATCH', `/v1/rooms/${open.id}`, { name: 'quay' });
  const names = async (query: string) =>
    (await read(ann, query)).entries.map(({ actor, user, room }) => ({ actor, user, room }))[0];
  expect(await names(`?roomId=${open.id}&act=room.role`)).toEqual({
    actor: 'ann',
    user: 'bob',
    room: 'quay',
  });
  expect(await names(`?roomId=${closed.id}&act=room.role`)).toEqual({ actor: 'bob', user: 'ann' });
  await bob.asks('DELETE', '/v1/me', { password: PASSWORD, messages: 'keep' });
  const deleted = `(deleted-${bob.user.id})`;
  expect(await names(`?roomId=${open.id}&act=room.role`)).toEqual({
    actor: 'ann',
    user: deleted,
    room: 'quay',
  });
  expect(await names('?act=account.delete')).toEqual({ actor: deleted, user: deleted });
});

it('[G2] administrators verify the log, and a planted change is detected', async () => {
  const ann = await person(app, 'ann');
  const verify = async (query = '') =>
    (await ann.asks('GET', `/v1/admin/audit/verify${query}`)).body as AuditVerdict;
  const { rows: id, lastHash } = await verify();
  expect({ id, lastHash }).toEqual({ id: 2, lastHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  await loggedIn(app, 'ann');
  expect(await verify(`?id=${id}&hash=${lastHash}`)).not.toHaveProperty('broken');
  expect((await ann.asks('GET', `/v1/admin/audit/verify?id=${id}`)).status).toBe(400);
  await sql.rows('ALTER TABLE audit_log DISABLE TRIGGER audit_log_append_only');
  await sql.rows(`UPDATE audit_log SET subject = subject || '{"address": "192.0.2.1"}' WHERE id = 2`);
  expect(await verify()).toMatchObject({ rows: 1, broken: { id: 2 } });
});

it('[G2] nobody else can read or verify it', async () => {
  await person(app, 'ann');
  const bob = await person(app, 'bob');
  for (const path of ['/v1/admin/audit', '/v1/admin/audit/verify']) {
    expect((await bob.asks('GET', path)).status).toBe(403);
    expect((await ask(app, 'GET', path)).status).toBe(401);
  }
});

async function read(reader: Person, query: string): Promise<AuditPage> {
  const { status, body } = await reader.asks('GET', `/v1/admin/audit${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as AuditPage;
}

async function sessionsOf({ token }: Person): Promise<number[]> {
  const { sessions } = await call<{ sessions: { id: number }[] }>(app, 'GET', '/v1/sessions', { token });
  return sessions.map(({ id }) => id).toSorted((a, b) => a - b);
}

function rows() {
  return sql.rows('SELECT act, actor_id AS actor, subject FROM audit_log ORDER BY id') as Promise<
    { act: string; actor: number | null; subject: object }[]
  >;
}

async function failures() {
  const all = await rows();
  return all.filter(({ act }) => act === 'session.login-failed').map(({ subject }) => subject);
}
