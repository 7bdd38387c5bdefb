/** Administration of accounts, and its effects. */

import type { AccountPage, AdminAccount, AuditPage } from '@banter/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { ask, call } from '../harness/http.ts';
import { loggedIn, PASSWORD, type Person, person } from '../harness/people.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

const NEW_PASSWORD = 'another long enough pass phrase';

let app: TestApp;
let sql: Sql;
let clock: ReturnType<typeof createTestClock>;
let ada: Person;
let bob: Person;
beforeEach(async () => {
  clock = createTestClock();
  app = await startApp({ clock, env: { TRUST_PROXY: 'loopback' } });
  sql = await openSql(app.databaseUrl);
  ada = await person(app, 'ada');
  bob = await person(app, 'bob');
});
afterEach(async () => {
  await sql.close();
  await app.close();
});

describe('an account', () => {
  it('[G6] that is disabled loses its sockets and tokens and cannot sign in until it is enabled again', async () => {
    const { token } = await call<{ token: string }>(app, 'POST', '/v1/tokens', {
      token: bob.token,
      body: { name: 'a script', scopes: ['read'] },
    });
    const socket = await bob.connects();
    expect(await change(bob, { disabled: true })).toMatchObject({
      username: 'bob',
      disabledAt: expect.any(String),
    });
    expect((await socket.closed()).code).toBe(4200);
    for (const credential of [bob.token, token])
      expect((await ask(app, 'GET', '/v1/me', { token: credential })).status).toBe(401);
    const { refreshToken } = bob;
    expect((await ask(app, 'POST', '/v1/auth/refresh', { body: { refreshToken } })).status).toBe(401);
    expect(await login('bob')).toMatchObject({
      status: 403,
      body: { code: 'forbidden', detail: expect.stringMatching(/disabled/) },
    });
    expect(await login('bob', 'a wrong password')).toMatchObject({ status: 401 });
    await change(bob, { disabled: false });
    expect((await login('bob')).status).toBe(200);
    // Enabling it does not bring the ended sessions back.
    expect((await ask(app, 'GET', '/v1/me', { token })).status).toBe(401);
    const told = (await acts()).filter((act) => act !== 'session.login-failed');
    expect(told.toSorted()).toEqual(
      [
        'session.login',
        'account.enable',
        'session.end',
        'token.revoke',
        'account.disable',
        'token.create',
      ].toSorted(),
    );
  });

  it('[G6] nobody can disable themselves or remove the last administrator', async () => {
    expect((await tries(ada, ada, { disabled: true })).status).toBe(409);
    expect((await tries(ada, ada, { admin: false })).status).toBe(409);
    await change(bob, { admin: true });
    expect((await tries(bob, ada, { admin: false })).status).toBe(200);
    // Without the right, its calls are forbidden at once.
    expect((await tries(ada, bob, { admin: false })).status).toBe(403);
    expect((await ada.asks('GET', '/v1/admin/users')).status).toBe(403);
  });

  it('[G6] if administrators revoke each other’s right at the same time, one remains', async () => {
    const all = [ada, bob, ...(await Promise.all([1, 2, 3, 4].map((n) => person(app, `cem${n}`))))];
    for (const one of all.slice(1)) await change(one, { admin: true });
    const attempts = all.flatMap((actor, i) =>
      Array.from({ length: 10 }, (_, n) => {
        const target = all[(i + 1 + (n % (all.length - 1))) % all.length] as Person;
        return tries(actor, target, n % 2 ? { admin: false } : { disabled: true });
      }),
    );
    const statuses = new Set((await Promise.all(attempts)).map(({ status }) => status));
    expect([...statuses].filter((status) => ![200, 401, 403, 409].includes(status))).toEqual([]);
    const { left } = await sql.row<{ left: number }>(
      'SELECT count(*) AS left FROM accounts WHERE is_admin AND disabled_at IS NULL',
    );
    expect(left).toBe(1);
  });

  it('[G6] accounts are listed by name and by prefix, in pages', async () => {
    for (const name of ['Bea', 'cem', 'b_b']) await person(app, name);
    await change(bob, { disabled: true });
    const names = async (query: string) => (await list(query)).users.map(({ username }) => username);
    expect(await names('')).toEqual(['ada', 'b_b', 'Bea', 'bob', 'cem']);
    expect(await names('?prefix=B')).toEqual(['b_b', 'Bea', 'bob']);
    expect(await names('?prefix=b_')).toEqual(['b_b']);
    expect(await names('?prefix=%25')).toEqual([]);
    const first = await list('?prefix=b&limit=2');
    expect(first.users).toHaveLength(2);
    expect(await list(`?prefix=b&limit=2&cursor=${first.cursor}`)).toEqual({
      users: [expect.objectContaining({ username: 'bob', disabledAt: expect.any(String) })],
    });
    const { users } = await list('?prefix=ada');
    expect(users[0]).toMatchObject({
      admin: true,
      createdAt: expect.any(String),
      lastUsedAt: expect.any(String),
    });
  });

  it('[G6] that was deleted does not exist for administrators either', async () => {
    const token = await resetTokenFor(bob);
    expect((await bob.asks('DELETE', '/v1/me', { password: PASSWORD, messages: 'keep' })).status).toBe(204);
    expect((await list('')).users.map(({ username }) => username)).toEqual(['ada']);
    for (const body of [{ disabled: false }, { admin: true }])
      expect((await tries(ada, bob, body)).status).toBe(404);
    expect((await ada.asks('POST', `/v1/admin/users/${bob.user.id}/reset`)).status).toBe(404);
    expect((await reset(token, NEW_PASSWORD)).status).toBe(404);
  });

  it('[G6] its sessions can be listed, and ended one by one or all at once', async () => {
    await loggedIn(app, 'bob');
    const path = `/v1/admin/users/${bob.user.id}/sessions`;
    const sessions = async () =>
      ((await ada.asks('GET', path)).body as { sessions: { id: number }[] }).sessions.map(({ id }) => id);
    const [latest, first] = await sessions();
    const socket = await bob.connects();
    expect((await ada.asks('DELETE', `${path}/${first}`)).status).toBe(204);
    expect((await socket.closed()).code).toBe(4200);
    expect(await sessions()).toEqual([latest]);
    expect((await ada.asks('DELETE', `${path}/${first}`)).status).toBe(404);
    const own = `/v1/admin/users/${ada.user.id}/sessions/${latest}`;
    expect((await ada.asks('DELETE', own)).status).toBe(404);
    expect((await ada.asks('DELETE', path)).status).toBe(204);
    expect(await sessions()).toEqual([]);
  });
});

describe('a password reset token', () => {
  it('[G6] works once, within a day, and ends every session', async () => {
    const socket = await bob.connects();
    const token = await resetTokenFor(bob);
    expect(await reset(token, NEW_PASSWORD)).toMatchObject({ status: 204 });
    expect((await socket.closed()).code).toBe(4200);
    expect((await bob.asks('GET', '/v1/me')).status).toBe(401);
    expect((await login('bob')).status).toBe(401);
    expect((await login('bob', NEW_PASSWORD)).status).toBe(200);
    expect(await reset(token, PASSWORD)).toMatchObject({ status: 404 });
    const late = await resetTokenFor(bob);
    clock.advance(24 * 60 * 60_000 + 1);
    expect(await reset(late, PASSWORD)).toMatchObject({ status: 404 });
  });

  it('[G6] rejects a weak password and stays valid', async () => {
    const token = await resetTokenFor(bob);
    expect(await reset(token, 'short')).toMatchObject({ status: 400, body: { code: 'invalid' } });
    expect(await reset(token, 'bob')).toMatchObject({ status: 400 });
    expect(await reset(token, NEW_PASSWORD)).toMatchObject({ status: 204 });
  });

  it('[G6] is invalid once a newer one exists, and concurrent uses succeed once', async () => {
    const [first, second] = [await resetTokenFor(bob), await resetTokenFor(bob)];
    expect(await reset(first, NEW_PASSWORD)).toMatchObject({ status: 404 });
    const statuses = await Promise.all([1, 2, 3].map(async () => (await reset(second, NEW_PASSWORD)).status));
    expect(statuses.toSorted()).toEqual([204, 404, 404]);
  });

  it('[G6] used while another is created causes no deadlock', async () => {
    const token = await resetTokenFor(bob);
    const outside = await openSql(app.databaseUrl);
    await sql.rows('BEGIN');
    await sql.rows('SELECT FROM accounts WHERE id = $1 FOR NO KEY UPDATE', [bob.user.id]);
    const used = reset(token, NEW_PASSWORD);
    await until('the use of the token waits', async () => {
      const waiting = "wait_event_type = 'Lock' AND query LIKE '%use_reset%'";
      return (await outside.rows(`SELECT 1 FROM pg_stat_activity WHERE ${waiting}`)).length > 0;
    });
    await sql.rows("SELECT create_reset($1, $2, 'another', now())", [ada.user.id, bob.user.id]);
    await sql.rows('COMMIT');
    expect(await used).toMatchObject({ status: 404 });
    await outside.close();
  });

  it('[G6] is in the store only as a hash', async () => {
    const token = await resetTokenFor(bob);
    const rows = await sql.rows<{ hash: Buffer }>('SELECT hash FROM account_resets');
    expect(rows).toHaveLength(1);
    const dump =
      JSON.stringify(await sql.rows('SELECT encode(hash, $1) FROM account_resets', ['base64'])) +
      (await log());
    expect(dump).not.toContain(token);
  });
});

function login(name: string, password = PASSWORD) {
  return ask(app, 'POST', '/v1/auth/login', { body: { login: name, password } });
}

function reset(token: string, password: string) {
  return ask(app, 'POST', '/v1/auth/reset', { body: { token, password } });
}

async function resetTokenFor({ user }: Person): Promise<string> {
  const { status, body } = await ada.asks('POST', `/v1/admin/users/${user.id}/reset`);
  expect(status).toBe(201);
  return (body as { token: string }).token;
}

function tries(actor: Person, { user }: Person, body: object) {
  return actor.asks('PATCH', `/v1/admin/users/${user.id}`, body);
}

async function change(target: Person, body: object): Promise<AdminAccount> {
  const answer = await tries(ada, target, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body as AdminAccount;
}

async function list(query: string): Promise<AccountPage> {
  return (await ada.asks('GET', `/v1/admin/users${query}`)).body as AccountPage;
}

/** Returns the audited acts since the people registered, newest first. Failed sign-ins are written a moment later. */
async function acts(): Promise<string[]> {
  const { entries } = (await ada.asks('GET', '/v1/admin/audit')).body as AuditPage;
  return entries.map(({ act }) => act).slice(0, -4);
}

async function log(): Promise<string> {
  return JSON.stringify(await sql.rows('SELECT * FROM audit_log'));
}
