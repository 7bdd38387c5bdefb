/** Deleting an account: what is removed at once, what is removed in steps, and what remains. */

import type { AuditPage, Member, NewPersonalToken, Room } from '@banter/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database/database.ts';
import { createStore } from '../../src/store/store.ts';
import { startApp, type TestApp } from '../harness/app.ts';
import { createManualClock } from '../harness/clock.ts';
import { type Answer, ask, codeOf } from '../harness/http.ts';
import { PASSWORD, type Person, person } from '../harness/people.ts';
import { deleteAccount, eventsOf, finishRemovals, tablesWith, whileClockMoves } from '../harness/removals.ts';
import { signIn } from '../harness/socket.ts';
import { openSql, type Sql } from '../harness/sql.ts';

const SESSION_ENDED = 4200;
const KEPT = 'pangolin';

const clock = createManualClock(Date.now());
let app: TestApp;
let sql: Sql;
let admin: Person;
let ann: Person;
let bob: Person;
let carol: Person;
let count = 0;
beforeAll(async () => {
  app = await startApp({ clock });
  sql = await openSql(app.databaseUrl);
  admin = await person(app, 'rosa');
});
afterAll(async () => {
  await sql.close();
  await app.close();
});
beforeEach(async () => {
  count += 1;
  [ann, bob, carol] = await Promise.all([
    person(app, `ann${count}`),
    person(app, `bob${count}`),
    person(app, `carol${count}`),
  ]);
});

describe('a deleted account', () => {
  it('[U3] loses its sessions, tokens and sockets at once; its email is free', async () => {
    const email = `ann${count}@example.net`;
    await ann.asks('PUT', '/v1/me/email', { password: PASSWORD, email });
    await ann.asks('PATCH', '/v1/me', { displayName: 'Ann Axolotl', about: 'Axolotls', timeZone: 'UTC' });
    const made = await ann.asks('POST', '/v1/tokens', { name: 'axolotls', scopes: ['read'] });
    const { token } = made.body as NewPersonalToken;
    const sockets = [await ann.connects([]), await signIn(app, token, [])];
    expect(codeOf(await deleteAccount(ann))).toBe('done');
    for (const socket of sockets) expect((await socket.closed()).code).toBe(SESSION_ENDED);
    for (const each of [ann.token, token]) {
      expect((await ask(app, 'GET', '/v1/me', { token: each })).status).toBe(401);
    }
    const { refreshToken } = ann;
    expect((await ask(app, 'POST', '/v1/auth/refresh', { body: { refreshToken } })).status).toBe(401);
    const login = { login: ann.user.username, password: PASSWORD };
    expect((await ask(app, 'POST', '/v1/auth/login', { body: login })).status).toBe(401);
    expect(codeOf(await bob.asks('GET', `/v1/users/${ann.user.username}`))).toBe('not_found');
    expect(await tablesWith(sql, 'axolotl')).toEqual([]);
    expect(await tablesWith(sql, email)).toEqual([]);
    const next = { username: `${ann.user.username}-again`, password: PASSWORD, email };
    expect((await ask(app, 'POST', '/v1/auth/register', { body: next })).status).toBe(201);
  });

  it('[U3] takes along the reasons that it gave, and the audit log stays intact', async () => {
    const room = await ann.opens(`room${count}`);
    for (const who of [bob, carol]) await who.joins(room);
    await ann.asks('PUT', `/v1/rooms/${room.id}/members/${carol.user.id}`, { role: 'owner' });
    await ann.asks('PUT', `/v1/rooms/${room.id}/bans/${bob.user.id}`, { reason: 'quarrels' });
    const audited = async () => {
      const { body } = await admin.asks('GET', `/v1/admin/audit?act=room.ban&roomId=${room.id}`);
      return (body as AuditPage).entries[0]?.subject;
    };
    expect(await audited()).toMatchObject({ userId: bob.user.id, reason: 'quarrels' });
    await deleteAccount(ann);
    expect(await audited()).not.toHaveProperty('reason');
    const { bans } = (await carol.asks('GET', `/v1/rooms/${room.id}/bans`)).body as { bans: object[] };
    expect(bans).toMatchObject([{ userId: bob.user.id }]);
    expect(bans[0]).not.toHaveProperty('reason');
    expect((await admin.asks('GET', '/v1/admin/audit/verify')).body).not.toHaveProperty('broken');
  });

  it('[U8] keeps its username from others, in any case, until an administrator releases it', async () => {
    const { username } = ann.user;
    const register = (name: string) =>
      ask(app, 'POST', '/v1/auth/register', { body: { username: name, password: PASSWORD } });
    const release = (who: Person) => who.asks('DELETE', `/v1/admin/retired-usernames/${username}`);
    expect((await release(admin)).status).toBe(404);
    await deleteAccount(ann);
    expect(await tablesWith(sql, username)).toEqual([]);
    for (const name of [username, username.toUpperCase()])
      expect(await register(name)).toMatchObject({
        status: 409,
        body: { errors: [{ field: 'username', message: expect.stringContaining('deleted account') }] },
      });
    expect((await release(bob)).status).toBe(403);
    expect((await release(admin)).status).toBe(204);
    const { entries } = (await admin.asks('GET', '/v1/admin/audit?act=account.release-name'))
      .body as AuditPage;
    expect(entries[0]).toMatchObject({ actorId: admin.user.id, subject: { userId: ann.user.id } });
    expect((await register(username)).status).toBe(201);
  });

  it('[U8] keeps its username from a registration at the same time, which uses no invitation up', async () => {
    const { code } = (await admin.asks('POST', '/v1/invitations', { maxUses: 1 })).body as { code: string };
    const input = { username: ann.user.username, password: PASSWORD, invite: code };
    const attempts = Array.from({ length: 5 }, () => ask(app, 'POST', '/v1/auth/register', { body: input }));
    const deletion = deleteAccount(ann);
    for (const { status } of await Promise.all(attempts)) expect(status).toBe(409);
    expect(codeOf(await deletion)).toBe('done');
    const body = { ...input, username: `${ann.user.username}-new` };
    expect((await ask(app, 'POST', '/v1/auth/register', { body })).status).toBe(201);
  });

  it.each([
    ['without the password', { password: 'not this one', messages: 'keep' }, 'forbidden'],
    ['without a choice for the messages', { password: PASSWORD }, 'invalid'],
  ])('[U3] cannot be deleted %s', async (_what, body, code) => {
    expect(codeOf(await ann.asks('DELETE', '/v1/me', body))).toBe(code);
    expect(codeOf(await ann.asks('GET', '/v1/me'))).toBe('done');
  });

  it('[U3] cannot be recovered with a reset token', async () => {
    const made = await admin.asks('POST', `/v1/admin/users/${ann.user.id}/reset`, {});
    expect(codeOf(made)).toBe('done');
    expect(codeOf(await deleteAccount(ann))).toBe('done');
    const { token } = made.body as { token: string };
    const used = await ask(app, 'POST', '/v1/auth/reset', {
      body: { token, password: 'an entirely new one' },
    });
    expect(codeOf(used)).toBe('not_found');
    expect(await sql.rows('SELECT FROM account_resets WHERE account_id = $1', [ann.user.id])).toEqual([]);
  });

  it('[U3] is never the last administrator’s, even if two delete theirs at the same time', async () => {
    expect((await deleteAccount(admin)).body).toMatchObject({ code: 'conflict' });
    const other = await person(app, `administrator${count}`);
    await sql.rows('UPDATE accounts SET is_admin = true WHERE id = $1', [other.user.id]);
    const answers = await Promise.all([deleteAccount(admin), deleteAccount(other)]);
    expect(answers.map(codeOf).toSorted()).toEqual(['conflict', 'done']);
    if (codeOf(answers[0] as Answer) === 'done') admin = other;
  });

  it('[U3] appears in no answer under its old name; nobody can register or mention its new one', async () => {
    const room = await ann.opens(`room${count}`);
    await bob.joins(room);
    await ann.posts(room, KEPT);
    const socket = await bob.connects([{ roomId: room.id, after: 0 }]);
    await socket.first('the past', (event) => event.type === 'message');
    socket.ws.terminate();
    expect(codeOf(await deleteAccount(ann))).toBe('done');
    await finishRemovals(clock, sql);
    const name = `(deleted-${ann.user.id})`;
    const { messages } = await bob.reads(room);
    expect(messages).toMatchObject([{ content: KEPT, username: name, userId: ann.user.id }]);
    const told = JSON.stringify([await eventsOf(app, bob, room), messages]);
    expect(told).not.toContain(ann.user.username);
    const body = { username: name, password: PASSWORD };
    expect(codeOf(await ask(app, 'POST', '/v1/auth/register', { body }))).toBe('invalid');
    expect(codeOf(await bob.asks('GET', `/v1/users/${encodeURIComponent(name)}`))).toBe('not_found');
    const called = await bob.posts(room, `${name} @${name} @deleted-${ann.user.id} @${ann.user.username}`);
    expect(called.mentions).toBeUndefined();
    const put = await bob.asks('PUT', `/v1/rooms/${room.id}/members/${ann.user.id}`, { role: 'member' });
    expect(codeOf(put)).toBe('not_found');
  });
});

describe('its rooms', () => {
  it('[U3] get a leave event, live to their members; a last owner’s room goes to the longest-standing moderator', async () => {
    const room = await ann.opens(`room${count}`);
    await carol.joins(room);
    await bob.joins(room);
    await ann.asks('PUT', `/v1/rooms/${room.id}/members/${bob.user.id}`, { role: 'moderator' });
    const socket = await carol.connects([{ roomId: room.id }]);
    await deleteAccount(ann);
    const left = await whileClockMoves(
      clock,
      socket.first('the leave', (event) => event.type === 'leave'),
    );
    expect(left).toMatchObject({ userId: ann.user.id, username: `(deleted-${ann.user.id})` });
    expect(socket.log(room.id)).toMatchObject([
      { type: 'role', target: bob.user.id, role: 'owner', userId: ann.user.id },
      { type: 'leave' },
    ]);
    socket.ws.terminate();
    const { members } = (await bob.asks('GET', `/v1/rooms/${room.id}/members`)).body as { members: Member[] };
    expect(members.map(({ userId, role }) => [userId, role])).toEqual([
      [bob.user.id, 'owner'],
      [carol.user.id, 'member'],
    ]);
  });

  it('[U3] go to the longest-standing member without a moderator, and stay with another owner', async () => {
    const [plain, shared] = [await ann.opens(`plain${count}`), await ann.opens(`shared${count}`)];
    for (const room of [plain, shared]) {
      await bob.joins(room);
      await carol.joins(room);
    }
    await ann.asks('PUT', `/v1/rooms/${shared.id}/members/${carol.user.id}`, { role: 'owner' });
    await deleteAccount(ann);
    await finishRemovals(clock, sql);
    const roleOf = async (who: Person, room: Room) =>
      ((await who.asks('GET', `/v1/rooms/${room.id}`)).body as Room).role;
    expect(await roleOf(bob, plain)).toBe('owner');
    expect([await roleOf(bob, shared), await roleOf(carol, shared)]).toEqual(['member', 'owner']);
  });

  it('[U3] stay if they are direct, and show the new name', async () => {
    const database = openDatabase({ url: app.databaseUrl, onProblem: () => {} });
    const { roomId } = await createStore(database).rooms.openDirect([ann.user.id, bob.user.id]);
    await database.close();
    const [hers, his] = [await ann.connects([{ roomId }]), await bob.connects([{ roomId }])];
    await deleteAccount(ann);
    await hers.closed();
    // The clock does not move: others learn at once that she is offline, and not under the name that is now free.
    const told = await his.first(
      'her presence',
      (event) => event.type === 'presence' && event.state === 'offline',
    );
    expect(told).toMatchObject({ userId: ann.user.id, username: `(deleted-${ann.user.id})` });
    his.ws.terminate();
    await finishRemovals(clock, sql, 2);
    const room = (await bob.asks('GET', `/v1/rooms/${roomId}`)).body as Room;
    expect(room.people).toContainEqual({ userId: ann.user.id, username: `(deleted-${ann.user.id})` });
  });
});

it('a deletion is in the audit log, without the name', async () => {
  await deleteAccount(ann, 'remove');
  const rows = await sql.rows<{ subject: object }>(
    "SELECT subject FROM audit_log WHERE act = 'account.delete' AND actor_id = $1",
    [ann.user.id],
  );
  expect(rows).toEqual([{ subject: { userId: ann.user.id, messages: 'remove' } }]);
});
