/** Invitations: whom they admit, how many, how long, and what their codes reveal. */

import type { AuditPage, InvitationPage, InvitationPreview, NewInvitation, Room } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type Answer, ask, call } from '../harness/http.ts';
import { newId, PASSWORD, type Person, people, person } from '../harness/people.ts';
import { openSql, type Sql } from '../harness/sql.ts';

type Wanted = { roomId?: number; maxUses?: number; expiresInSeconds?: number };

let app: TestApp;
let sql: Sql;
let root: Person;
let ann: Person;
let bob: Person;
let crew: Room;
beforeAll(async () => {
  app = await startApp();
  sql = await openSql(app.databaseUrl);
  root = await person(app, 'rosa');
  [ann, bob] = await Promise.all([person(app, 'ann'), person(app, 'bob')]);
  crew = await ann.opens('crew', 'closed');
});
afterAll(async () => {
  await sql.close();
  await app.close();
});

const invite = (who: Person, body: Wanted = {}) =>
  call<NewInvitation>(app, 'POST', '/v1/invitations', { token: who.token, body });
/** Retries while the server is overloaded. */
async function accept(who: Person, code: string): Promise<Answer> {
  for (;;) {
    const answer = await who.asks('POST', `/v1/invitations/${code}/accept`);
    if (answer.status !== 503) return answer;
  }
}
const preview = (code: string, host = app) => ask(host, 'GET', `/v1/invitations/${code}`);
const listed = async (who: Person) =>
  ((await who.asks('GET', '/v1/invitations')).body as InvitationPage).invitations.map(({ id }) => id);
const expire = (id: number) =>
  sql.rows("UPDATE invitations SET expires_at = now() - interval '1 s' WHERE id = $1", [id]);
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

describe('an invitation to a room', () => {
  it('shows its room to anyone with the code, and admits them', async () => {
    const room = await ann.opens(`r${newId().slice(0, 8)}`, 'closed');
    const { code, id, ...shown } = await invite(ann, { roomId: room.id, maxUses: 3 });
    expect(shown).toMatchObject({
      roomId: room.id,
      roomName: room.name,
      username: 'ann',
      maxUses: 3,
      uses: 0,
    });
    const seen = (await preview(code)).body as InvitationPreview;
    expect(seen).toEqual({
      roomName: room.name,
      username: 'ann',
      expiresAt: shown.expiresAt,
      registers: true,
    });
    await bob.connects();
    const joined = await accept(bob, code);
    expect(joined.status).toBe(200);
    expect(joined.body).toMatchObject({ room: { id: room.id, joined: true, role: 'member', members: 2 } });
    // Their sockets follow the room automatically, from the join on.
    await bob.socket.first(
      'bob sees his own join',
      (event) => event.type === 'join' && event.roomId === room.id,
    );
    expect(await usesOf(id)).toBe(1);
  });

  it('[I1] admits ten of two hundred concurrent people, and no eleventh later', async () => {
    const room = await ann.opens(`r${newId().slice(0, 8)}`, 'closed');
    const crowd = await people(app, 20);
    const { code, id } = await invite(ann, { roomId: room.id, maxUses: 10 });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => crowd.map((who) => accept(who, code))).flat(),
    );
    // Each admitted person asked ten times: the first request joins, the others find a member.
    expect(tally(answers)).toEqual({ 200: 100, 404: 100 });
    const { count } = await sql.row<{ count: number }>(
      "SELECT count(*) AS count FROM events WHERE room_id = $1 AND kind = 'join'",
      [room.id],
    );
    expect([count, await usesOf(id)]).toEqual([11, 10]);
    expect((await accept(await person(app, 'late'), code)).status).toBe(404);
  });

  it('[I1] is not used up by a person who is already a member', async () => {
    const { code, id } = await invite(ann, { roomId: crew.id, maxUses: 1 });
    expect((await accept(ann, code)).body).toMatchObject({ room: { role: 'owner' } });
    expect(await usesOf(id)).toBe(0);
    const carl = await person(app, 'carl');
    expect((await accept(carl, code)).status).toBe(200);
    expect((await accept(carl, code)).status).toBe(200);
    expect(await usesOf(id)).toBe(1);
  });

  it('[I1] does not admit a banned person, and counts no use', async () => {
    const { code, id } = await invite(ann, { roomId: crew.id });
    const eve = await person(app, 'eve');
    await sql.rows(
      "INSERT INTO bans (room_id, account_id, until, reason, by_id, at) VALUES ($1, $2, NULL, '', $3, now())",
      [crew.id, eve.user.id, ann.user.id],
    );
    const refused = await accept(eve, code);
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([403, 'forbidden']);
    expect(await usesOf(id)).toBe(0);
  });

  it('[I2] can be created only by moderators and owners, and only for a room that the caller sees', async () => {
    const statuses = async (who: Person, roomId: number) =>
      (await who.asks('POST', '/v1/invitations', { roomId })).status;
    const open = await ann.opens(`r${newId().slice(0, 8)}`);
    await bob.joins(open);
    const stranger = await person(app, 'stranger');
    expect(await statuses(stranger, crew.id)).toBe(404);
    // An administrator has no special rights in a closed room.
    expect(await statuses(root, crew.id)).toBe(404);
    expect(await statuses(stranger, open.id)).toBe(403);
    expect(await statuses(bob, open.id)).toBe(403);
    expect(await statuses(root, open.id)).toBe(201);
    await ann.asks('PUT', `/v1/rooms/${open.id}/members/${bob.user.id}`, { role: 'moderator' });
    expect(await statuses(bob, open.id)).toBe(201);
  });

  it('[I2] is valid only while its maker may invite', async () => {
    const room = await ann.opens(`r${newId().slice(0, 8)}`, 'closed');
    const path = `/v1/rooms/${room.id}/members/${bob.user.id}`;
    await ann.asks('PUT', path, { role: 'moderator' });
    const { code } = await invite(bob, { roomId: room.id });
    expect((await preview(code)).status).toBe(200);
    await ann.asks('PUT', path, { role: 'member' });
    const dora = await person(app, 'dora');
    expect((await preview(code)).status).toBe(404);
    expect((await accept(dora, code)).status).toBe(404);
    await ann.asks('PUT', path, { role: 'moderator' });
    expect((await accept(dora, code)).status).toBe(200);
  });

  it('[I3] unknown, expired, revoked and used-up codes get the same answer', async () => {
    const made = await Promise.all([1, 2, 3].map(() => invite(ann, { roomId: crew.id, maxUses: 1 })));
    const [old, revoked, used] = made.map(({ code, id }) => ({ code, id })) as [
      NewInvitation,
      NewInvitation,
      NewInvitation,
    ];
    await expire(old.id);
    expect((await ann.asks('DELETE', `/v1/invitations/${revoked.code}`)).status).toBe(204);
    expect((await accept(await person(app, 'fred'), used.code)).status).toBe(200);
    const gina = await person(app, 'gina');
    const told = new Set<string>();
    for (const code of [old.code, revoked.code, used.code, 'x'.repeat(43), String(used.id)]) {
      for (const answer of [await preview(code), await accept(gina, code)]) {
        const { status, detail } = answer.body as { status: number; detail: string };
        told.add(`${status} ${detail}`);
      }
    }
    expect([...told]).toEqual([
      '404 there is no such invitation, or it is no longer valid: ask for a new one',
    ]);
  });

  it('[I3] can be seen and revoked only by its maker and the moderators of its room', async () => {
    const room = await ann.opens(`r${newId().slice(0, 8)}`, 'closed');
    await ann.asks('PUT', `/v1/rooms/${room.id}/members/${bob.user.id}`, { role: 'moderator' });
    const hers = await invite(ann, { roomId: room.id });
    const his = await invite(bob, { roomId: room.id });
    expect(await listed(ann)).toEqual(expect.arrayContaining([hers.id, his.id]));
    expect(await listed(bob)).toEqual(expect.arrayContaining([hers.id, his.id]));
    const hugo = await person(app, 'hugo');
    await ann.adds(room, hugo);
    expect(await listed(hugo)).toEqual([]);
    expect((await hugo.asks('DELETE', `/v1/invitations/${hers.id}`)).status).toBe(404);
    expect((await root.asks('DELETE', `/v1/invitations/${hers.id}`)).status).toBe(404);
    expect((await bob.asks('DELETE', `/v1/invitations/${hers.id}`)).status).toBe(204);
    expect((await ann.asks('DELETE', `/v1/invitations/${his.id}`)).status).toBe(204);
    expect((await preview(hers.code)).status).toBe(404);
  });

  it('[I3] is in the database only as a hash', async () => {
    const { code } = await invite(ann, { roomId: crew.id });
    const rows = await sql.rows<{ row: string }>('SELECT invitations::text AS row FROM invitations');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ row }) => row.includes(code))).toEqual([]);
    expect(Buffer.from(code, 'base64url').length).toBeGreaterThanOrEqual(16);
  });
});

describe('an invitation to the server', () => {
  it('[I2] can be created only by administrators, and is invalid once they lose that right', async () => {
    expect((await ann.asks('POST', '/v1/invitations', {})).status).toBe(403);
    const { code } = await invite(root);
    expect((await preview(code)).body).toMatchObject({ username: 'rosa', registers: true });
    expect((await accept(ann, code)).body).toEqual({});
    await sql.rows('UPDATE accounts SET is_admin = false WHERE id = $1', [root.user.id]);
    expect((await preview(code)).status).toBe(404);
    await sql.rows('UPDATE accounts SET is_admin = true WHERE id = $1', [root.user.id]);
  });

  it('one person has at most a hundred usable ones', async () => {
    const ivo = await person(app, 'ivo');
    const room = await ivo.opens('ivory');
    const answers = await Promise.all(
      Array.from({ length: 120 }, () => ivo.asks('POST', '/v1/invitations', { roomId: room.id })),
    );
    expect(tally(answers)).toEqual({ 201: 100, 409: 20 });
  });
});

it('each act on an invitation is in the audit log, without its code', async () => {
  const room = await ann.opens(`r${newId().slice(0, 8)}`, 'closed');
  const { id, code } = await invite(ann, { roomId: room.id, maxUses: 2 });
  const made = await register(code);
  const newcomer = (made.body as { user: { id: number } }).user.id;
  await accept(await person(app, 'vera'), code);
  await ann.asks('DELETE', `/v1/invitations/${id}`);
  const { body } = await root.asks('GET', '/v1/admin/audit?act=invitation&limit=4');
  const entries = (body as AuditPage).entries.map(({ act, actorId, subject }) => [act, actorId, subject]);
  const vera = await sql.row<{ id: number }>("SELECT id FROM accounts WHERE username = 'vera'");
  const about = { invitationId: id, roomId: room.id };
  expect(entries).toEqual([
    ['invitation.revoke', ann.user.id, { ...about, userId: ann.user.id, uses: 2 }],
    ['invitation.use', vera.id, { ...about, userId: ann.user.id }],
    ['invitation.use', newcomer, { ...about, userId: ann.user.id }],
    ['invitation.create', ann.user.id, expect.objectContaining({ ...about, maxUses: 2 })],
  ]);
  expect(JSON.stringify(body)).not.toContain(code);
});

it('[L2] invitations and rooms share one rate limit', async () => {
  const host = await startApp({ env: { RATE_LIMITS: 'on', RATE_CREATE_ROOM: '3/0.1' } });
  const admin = await person(host, 'rosa');
  const answers: Answer[] = [];
  for (let i = 0; i < 5; i++) answers.push(await admin.asks('POST', '/v1/invitations', {}));
  expect(tally(answers)).toEqual({ 201: 3, 429: 2 });
  await host.close();
});
