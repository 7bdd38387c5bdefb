/** Changes to one's own account, and their effect on sessions. */

import type { NewPersonalToken, Profile, Session } from '@banter/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type Answer, ask, codeOf } from '../harness/http.ts';
import { loggedIn, PASSWORD, type Person, person } from '../harness/people.ts';
import { signIn } from '../harness/socket.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

const SESSION_ENDED = 4200;
const NEXT = 'quite another pass phrase';

let app: TestApp;
let sql: Sql;
let ann: Person;
let count = 0;
beforeAll(async () => {
  app = await startApp();
  sql = await openSql(app.databaseUrl);
  await person(app, 'rosa');
});
afterAll(async () => {
  await sql.close();
  await app.close();
});
beforeEach(async () => {
  count += 1;
  ann = await person(app, `ann${count}`);
});

function login(password: string): Promise<Answer> {
  return ask(app, 'POST', '/v1/auth/login', { body: { login: ann.user.username, password } });
}

async function tokenOf(who: Person): Promise<NewPersonalToken> {
  const body = { name: 'a script', scopes: ['read', 'admin'] };
  return (await who.asks('POST', '/v1/tokens', body)).body as NewPersonalToken;
}

describe('a new password', () => {
  it('[U1] ends the other sessions and their sockets, but not this session and the tokens', async () => {
    const other = await loggedIn(app, ann.user.username);
    const { token } = await tokenOf(ann);
    const [here, there] = [await ann.connects([]), await other.connects([])];
    const robot = await signIn(app, token, []);
    expect(codeOf(await ann.asks('PUT', '/v1/me/password', { current: PASSWORD, new: NEXT }))).toBe('done');
    expect((await there.closed()).code).toBe(SESSION_ENDED);
    expect((await other.asks('GET', '/v1/me')).status).toBe(401);
    for (const asks of [ann.asks('GET', '/v1/me'), ask(app, 'GET', '/v1/me', { token })]) {
      expect(codeOf(await asks)).toBe('done');
    }
    expect([here.closing, robot.closing]).toEqual([null, null]);
    expect([codeOf(await login(PASSWORD)), codeOf(await login(NEXT))]).toEqual(['unauthenticated', 'done']);
    for (const { ws } of [here, robot]) ws.terminate();
  });

  it('[U1] ends the tokens too with endTokens', async () => {
    const { token } = await tokenOf(ann);
    const robot = await signIn(app, token, []);
    const body = { current: PASSWORD, new: NEXT, endTokens: true };
    expect(codeOf(await ann.asks('PUT', '/v1/me/password', body))).toBe('done');
    expect((await robot.closed()).code).toBe(SESSION_ENDED);
    expect((await ask(app, 'GET', '/v1/me', { token })).status).toBe(401);
  });

  it.each([
    ['a wrong current password', { current: 'not this one', new: NEXT }, 'forbidden'],
    ['a short password', { current: PASSWORD, new: 'short' }, 'invalid'],
  ])('is rejected with %s, and ends nothing', async (_what, body, code) => {
    const other = await loggedIn(app, ann.user.username);
    expect(codeOf(await ann.asks('PUT', '/v1/me/password', body))).toBe(code);
    expect(codeOf(await other.asks('GET', '/v1/me'))).toBe('done');
    expect(codeOf(await login(PASSWORD))).toBe('done');
  });

  it('[U1] leaves no session from a concurrent login with the old one, in 20 rounds', async () => {
    let current = PASSWORD;
    for (let round = 0; round < 20; round++) {
      const next = `pass phrase number ${round}`;
      const signing = Array.from({ length: 3 }, () => login(current));
      expect(codeOf(await ann.asks('PUT', '/v1/me/password', { current, new: next }))).toBe('done');
      for (const answer of await Promise.all(signing)) {
        const { accessToken } = answer.body as { accessToken?: string };
        if (accessToken === undefined) continue;
        expect((await ask(app, 'GET', '/v1/me', { token: accessToken })).status).toBe(401);
      }
      current = next;
    }
  });

  it('[U1] waits for a login that is being stored, and ends it', async () => {
    const other = await openSql(app.databaseUrl);
    await other.rows('BEGIN');
    await other.rows('SELECT FROM accounts WHERE id = $1 FOR SHARE', [ann.user.id]);
    const changing = ann.asks('PUT', '/v1/me/password', { current: PASSWORD, new: NEXT });
    await until('the change of the password waits', async () => {
      const waiting = await sql.rows("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
      return waiting.length > 0;
    });
    const { id } = (
      await other.rows<{ id: number }>(
        `INSERT INTO sessions (account_id, user_agent, address, created_at, last_used_at, expires_at)
         VALUES ($1, '', '', now(), now(), now() + interval '1 day') RETURNING id`,
        [ann.user.id],
      )
    )[0] as { id: number };
    await other.rows('COMMIT');
    expect(codeOf(await changing)).toBe('done');
    expect(
      await sql.row('SELECT ended_at IS NOT NULL AS has_ended FROM sessions WHERE id = $1', [id]),
    ).toEqual({
      has_ended: true,
    });
    await other.close();
  });

  it('is in the audit log, without the password', async () => {
    await ann.asks('PUT', '/v1/me/password', { current: PASSWORD, new: NEXT });
    const rows = await sql.rows<{ subject: object }>(
      "SELECT subject FROM audit_log WHERE act = 'account.password' AND actor_id = $1",
      [ann.user.id],
    );
    expect(rows).toEqual([{ subject: { userId: ann.user.id } }]);
  });
});

describe('an email', () => {
  it('[U1] is changed and removed only with the password, and belongs to one person', async () => {
    const email = `ann${count}@example.net`;
    const change = (password: string, address: string | null) =>
      ann.asks('PUT', '/v1/me/email', { password, email: address });
    expect(codeOf(await change('not this one', email))).toBe('forbidden');
    expect(codeOf(await change(PASSWORD, 'no address'))).toBe('invalid');
    expect((await change(PASSWORD, email)).body).toEqual({ ...ann.user, email });
    const bob = await person(app, `bob${count}`);
    const taken = { password: PASSWORD, email: email.toUpperCase() };
    expect(codeOf(await bob.asks('PUT', '/v1/me/email', taken))).toBe('conflict');
    expect((await change(PASSWORD, null)).body).toEqual(ann.user);
    expect(codeOf(await bob.asks('PUT', '/v1/me/email', taken))).toBe('done');
  });

  it('[U1] is visible to nobody else, and not to a token without the scope admin', async () => {
    const email = `ann${count}@example.net`;
    await ann.asks('PUT', '/v1/me/email', { password: PASSWORD, email });
    const bob = await person(app, `bob${count}`);
    const seen = (await bob.asks('GET', `/v1/users/${ann.user.username}`)).body;
    expect(seen).toEqual({ ...ann.user, state: 'offline' });
    const made = await ann.asks('POST', '/v1/tokens', { name: 'x', scopes: ['read'] });
    const { token } = made.body as NewPersonalToken;
    expect((await ask(app, 'GET', '/v1/me', { token })).body).toEqual(ann.user);
    expect((await ann.asks('GET', '/v1/me')).body).toEqual({ ...ann.user, email });
  });
});

describe('a profile', () => {
  it('[U2] has the person’s cleaned texts, beside the unchanged username', async () => {
    const input = { displayName: ' Ann\u202e Example ', about: 'Boats,\ntides', timeZone: 'Europe/Berlin' };
    const profile: Profile = {
      ...ann.user,
      displayName: 'Ann Example',
      about: 'Boats, tides',
      timeZone: 'Europe/Berlin',
    };
    expect((await ann.asks('PATCH', '/v1/me', input)).body).toEqual(profile);
    const bob = await person(app, `bob${count}`);
    expect((await bob.asks('GET', `/v1/users/${ann.user.username}`)).body).toMatchObject(profile);
    const room = await ann.opens(`room${count}`);
    expect(await ann.posts(room, 'hello')).toMatchObject({ username: ann.user.username });
    const socket = await ann.connects([]);
    expect(await socket.first('welcome', ({ type }) => type === 'welcome')).toMatchObject({
      user: { username: ann.user.username, displayName: 'Ann Example' },
    });
    socket.ws.terminate();
  });

  it('[U2] changes only in the given fields; null and an empty text remove a field', async () => {
    await ann.asks('PATCH', '/v1/me', { displayName: 'Ann', about: 'Boats', timeZone: 'UTC' });
    await ann.asks('PATCH', '/v1/me', { displayName: 'Anne', about: '' });
    expect((await ann.asks('GET', '/v1/me')).body).toEqual({
      ...ann.user,
      displayName: 'Anne',
      timeZone: 'UTC',
    });
    await ann.asks('PATCH', '/v1/me', { displayName: null, timeZone: null });
    expect((await ann.asks('GET', '/v1/me')).body).toEqual(ann.user);
  });

  it.each([
    [{ displayName: '\u200b' }, 'displayName'],
    [{ displayName: 'x'.repeat(65) }, 'displayName'],
    [{ about: 'x'.repeat(201) }, 'about'],
    [{ timeZone: '+01:00' }, 'timeZone'],
    [{ timeZone: 'Europe/Atlantis' }, 'timeZone'],
  ])('[U2] rejects %j, and names the field', async (body, field) => {
    const answer = await ann.asks('PATCH', '/v1/me', body);
    expect(answer.body).toMatchObject({ code: 'invalid', errors: [{ field }] });
  });
});

describe('sessions', () => {
  it('are listed with their device, and all others can be ended at once', async () => {
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    const body = { login: ann.user.username, password: PASSWORD };
    await ask(app, 'POST', '/v1/auth/login', { body, headers: { 'user-agent': agent } });
    const { token } = await tokenOf(ann);
    const sessionsOf = async () =>
      ((await ann.asks('GET', '/v1/sessions')).body as { sessions: Session[] }).sessions;
    expect((await sessionsOf()).map(({ device, current }) => [device, current])).toEqual(
      expect.arrayContaining([
        ['Firefox on Linux', false],
        ['node', true],
      ]),
    );
    expect(codeOf(await ann.asks('DELETE', '/v1/sessions'))).toBe('done');
    expect((await sessionsOf()).map(({ current }) => current)).toEqual([true]);
    expect(codeOf(await ask(app, 'GET', '/v1/me', { token }))).toBe('done');
  });
});
