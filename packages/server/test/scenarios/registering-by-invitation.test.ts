/** Registering with an invitation: when one is needed, and when it counts as used. */

import type { InvitationPage, NewInvitation, Room } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type Answer, ask, call } from '../harness/http.ts';
import { newId, PASSWORD, type Person, person } from '../harness/people.ts';
import { openSql, type Sql } from '../harness/sql.ts';

type Wanted = { roomId?: number; maxUses?: number; expiresInSeconds?: number };

let app: TestApp;
let sql: Sql;
let ann: Person;
beforeAll(async () => {
  app = await startApp();
  sql = await openSql(app.databaseUrl);
  await person(app, 'rosa');
  ann = await person(app, 'ann');
});
afterAll(async () => {
  await sql.close();
  await app.close();
});

const invite = (who: Person, body: Wanted = {}) =>
  call<NewInvitation>(app, 'POST', '/v1/invitations', { token: who.token, body });
const preview = (code: string, host = app) => ask(host, 'GET', `/v1/invitations/${code}`);
const usesOf = async (id: number) =>
  (await sql.row<{ uses: number }>('SELECT uses FROM invitations WHERE id = $1', [id])).uses;

function register(code: string | undefined, username = `n${newId().slice(0, 12)}`, host = app) {
  const body = { username, password: PASSWORD, ...(code === undefined ? {} : { invite: code }) };
  return ask(host, 'POST', '/v1/auth/register', { body });
}

function tally(answers: readonly Answer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Starts a server that requires invitations, with its administrator. */
async function startInviting(): Promise<{ host: TestApp; admin: Person }> {
  const host = await startApp({ env: { REGISTRATION: 'invite' } });
  return { host, admin: await person(host, 'rosa') };
}

describe('with REGISTRATION=invite', () => {
  it('every account but the first needs an invitation', async () => {
    const { host, admin } = await startInviting();
    expect(admin.user.admin).toBe(true);
    const server = await call<{ registration: string }>(host, 'GET', '/v1/server');
    expect(server.registration).toBe('invite');
    const refused = await register(undefined, 'nora', host);
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ code: 'forbidden', errors: [{ field: 'invite' }] });
    // Without an invitation, the answer does not reveal that a name is taken.
    expect((await register('nonsense', 'rosa', host)).status).toBe(403);
    await host.close();
  });

  it('[I1] a code for ten admits ten of two hundred registrations, and failures count no use', async () => {
    const { host, admin } = await startInviting();
    const { code } = await call<NewInvitation>(host, 'POST', '/v1/invitations', {
      token: admin.token,
      body: { maxUses: 10 },
    });
    expect(tally([await register(code, 'rosa', host), await register(code, '_', host)])).toEqual({
      400: 1,
      409: 1,
    });
    const names = Array.from({ length: 200 }, (_, i) => (i % 10 === 0 ? 'rosa' : `n${i}`));
    // If too many passwords wait to be hashed, registrations are overloaded; that counts no use either.
    const answers = await Promise.all(names.map((name) => register(code, name, host)));
    const { 201: made } = tally(answers);
    expect(made).toBe(10);
    const { invitations } = await call<InvitationPage>(host, 'GET', '/v1/invitations', {
      token: admin.token,
    });
    expect(invitations.map(({ uses }) => uses)).toEqual([10]);
    await host.close();
  });

  it('[I2] an invitation to a room allows registering if an administrator created it', async () => {
    const { host, admin } = await startInviting();
    const own = (who: Person, body: Wanted) =>
      call<NewInvitation>(host, 'POST', '/v1/invitations', { token: who.token, body });
    const { code: forMia } = await own(admin, {});
    expect((await register(forMia, 'mia', host)).status).toBe(201);
    const mia = await call<{ accessToken: string }>(host, 'POST', '/v1/auth/login', {
      body: { login: 'mia', password: PASSWORD },
    });
    const hers = await call<Room>(host, 'POST', '/v1/rooms', {
      token: mia.accessToken,
      body: { name: 'hers', kind: 'closed' },
    });
    const { code: mias } = await call<NewInvitation>(host, 'POST', '/v1/invitations', {
      token: mia.accessToken,
      body: { roomId: hers.id },
    });
    expect((await preview(mias, host)).body).toMatchObject({ registers: false });
    expect((await register(mias, 'otto', host)).status).toBe(403);
    const board = await admin.opens('board', 'closed');
    const { code: boards } = await own(admin, { roomId: board.id, maxUses: 1 });
    const otto = await register(boards, 'otto', host);
    expect(otto.status).toBe(201);
    const token = (otto.body as { accessToken: string }).accessToken;
    // Registering and joining together count one use.
    expect(await call(host, 'GET', `/v1/rooms/${board.id}`, { token })).toMatchObject({ role: 'member' });
    expect((await ask(host, 'POST', `/v1/invitations/${boards}/accept`, { token })).status).toBe(200);
    await host.close();
  });
});

describe('registering with a code', () => {
  it('[I1] counts one use for the account and the room, even if the join comes later', async () => {
    const room = await ann.opens(`r${newId().slice(0, 8)}`, 'closed');
    const { code, id } = await invite(ann, { roomId: room.id, maxUses: 1 });
    const made = await register(code, 'paul');
    expect(made.status).toBe(201);
    const token = (made.body as { accessToken: string }).accessToken;
    await sql.rows('INSERT INTO invited SELECT $1, id FROM accounts WHERE username = $2', [id, 'paul']);
    await ask(app, 'POST', `/v1/rooms/${room.id}/leave`, { token });
    expect((await ask(app, 'POST', `/v1/invitations/${code}/accept`, { token })).status).toBe(200);
    await ask(app, 'POST', `/v1/rooms/${room.id}/leave`, { token });
    expect((await ask(app, 'POST', `/v1/invitations/${code}/accept`, { token })).status).toBe(404);
    expect(await usesOf(id)).toBe(1);
  });

  it('is rejected with an invalid code, even if none is needed', async () => {
    expect((await register('nonsense', 'quinn')).status).toBe(403);
    expect((await register(undefined, 'quinn')).status).toBe(201);
  });

  it('with REGISTRATION=closed every code is rejected', async () => {
    const host = await startApp({ env: { REGISTRATION: 'closed' } });
    const admin = await person(host, 'rosa');
    const { code } = await call<NewInvitation>(host, 'POST', '/v1/invitations', {
      token: admin.token,
      body: {},
    });
    expect((await preview(code, host)).body).toMatchObject({ registers: false });
    expect((await register(code, 'rita', host)).status).toBe(403);
    await host.close();
  });
});
