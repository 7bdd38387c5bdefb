/** Presence and ignoring, over every door. */

import {
  AWAY_AFTER_MS,
  IGNORED_MAX,
  PRESENCE_ROOM_MAX,
  type PresenceEvent,
  type PublicProfile,
  type Room,
  TYPING_SHOWN_MS,
  type Welcome,
} from '@banter/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { openEvents } from '../harness/event-stream.ts';
import { ask } from '../harness/http.ts';
import { type At, newId, type Person, person } from '../harness/people.ts';
import { type Collector, openSocket, roundTrip, signIn } from '../harness/socket.ts';
import { openSql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

let clock: ReturnType<typeof createTestClock>;
let app: TestApp;
let ann: Person;
let bob: Person;
let room: At;
beforeEach(async () => {
  clock = createTestClock();
  app = await startApp({ clock });
  [ann, bob] = await Promise.all([person(app, 'ann'), person(app, 'bob')]);
  room = await ann.opens('harbour');
  await bob.joins(room);
});
afterEach(() => app.close());

const profileOf = async ({ user }: Person) =>
  (await ann.asks('GET', `/v1/users/${user.username}`)).body as PublicProfile;
const presenceOf = (socket: Collector) =>
  socket.events.filter((event): event is PresenceEvent => event.type === 'presence');
const said = (socket: Collector) =>
  presenceOf(socket).map(({ username, state, awayMessage }) =>
    [username, state, awayMessage].join(' ').trim(),
  );

describe('away', () => {
  it('[P2] is set over a socket or HTTP, with a message, and sent to others and to the person’s own devices', async () => {
    const anns = await ann.connects();
    const tabs = [await bob.connects(), await bob.connects()];
    await anns.until('bob is online', () => said(anns).includes('bob online'));
    expect(await bob.socket.ask({ op: 'away', id: newId(), on: true, message: 'at lunch' })).toMatchObject({
      type: 'ok',
    });
    await anns.until('bob is away', () => said(anns).includes('bob away at lunch'));
    for (const tab of tabs) await tab.until('his own word', () => said(tab).includes('bob away at lunch'));
    expect(await profileOf(bob)).toMatchObject({ state: 'away', awayMessage: 'at lunch' });
    const back = await bob.asks('PUT', '/v1/me/presence', { state: 'online' });
    expect([back.status, back.body]).toEqual([200, { state: 'online' }]);
    await anns.until('bob is back', () => said(anns).length === 3);
    const { members } = (await ann.asks('GET', `/v1/rooms/${room.id}/members`)).body as { members: object[] };
    expect(members).toEqual([
      { userId: ann.user.id, username: 'ann', role: 'owner', state: 'online' },
      { userId: bob.user.id, username: 'bob', role: 'member', state: 'online' },
    ]);
    const refused = await bob.socket.ask({ op: 'away', id: newId(), on: true, message: 'x'.repeat(201) });
    expect(refused).toMatchObject({ type: 'error', code: 'invalid' });
  });

  it('[P2] starts after 10 minutes without activity, regardless of what a client sends on its own', async () => {
    await ann.connects();
    const bobs = await bob.connects();
    for (let passed = 0; passed <= AWAY_AFTER_MS; passed += 20_000) {
      clock.advance(20_000);
      await Promise.all([roundTrip(bobs), ann.says(room, 'still here')]);
      if (passed === AWAY_AFTER_MS / 2) await Promise.all([ann, bob].map(staySignedIn));
    }
    clock.advance(5_000);
    await until('bob is away', async () => (await profileOf(bob)).state === 'away');
    expect((await profileOf(ann)).state).toBe('online');
    bobs.send({ op: 'typing', roomId: room.id });
    await until('bob is back', async () => (await profileOf(bob)).state === 'online');
  });

  it('[P1] plain sockets and event streams count as connections until they end', async () => {
    const anns = await ann.connects();
    const headers = { authorization: `Bearer ${bob.token}` };
    const plain = await openSocket(app, { path: `/v1/rooms/${room.id}/ws`, headers });
    await anns.until('bob came', () => said(anns).includes('bob online'));
    const stream = await openEvents(app, {
      roomId: room.id,
      form: 'application/x-ndjson',
      token: bob.token,
    });
    await until('both are online', () => app.counts().connections === 3);
    plain.ws.close();
    await until('the socket is closed', () => app.counts().connections === 2);
    clock.advance(6_000);
    expect((await profileOf(bob)).state).toBe('online');
    stream.cut();
    await until('the stream is closed', () => app.counts().connections === 1);
    clock.advance(6_000);
    await anns.until('bob went', () => said(anns).includes('bob offline'));
    const { state, lastSeenAt } = await profileOf(bob);
    expect(state).toBe('offline');
    expect(lastSeenAt).toMatch(/^20/);
  });

  it('[P4] is not sent in a room of more than 500 members, but is in its member list', async () => {
    const sql = await openSql(app.databaseUrl);
    await sql.rows('UPDATE rooms SET member_count = $2 WHERE id = $1', [room.id, PRESENCE_ROOM_MAX + 1]);
    const small = await ann.opens('small');
    const cem = await person(app, 'cem');
    await cem.joins(small);
    const anns = await ann.connects();
    await bob.connects();
    await cem.connects();
    await anns.until('cem came', () => said(anns).includes('cem online'));
    expect(said(anns)).toEqual(['cem online']);
    const { body } = await ann.asks('GET', `/v1/rooms/${room.id}/members`);
    expect(body).toMatchObject({ members: [{ state: 'online' }, { state: 'online' }] });
    await sql.close();
  });

  it('[P5] typing is not stored: welcome says how long one typing event lasts', async () => {
    const anns = await ann.connects();
    const bobs = await bob.connects();
    const { limits } = bobs.events[0] as Welcome;
    expect(limits.typingShownMs).toBe(TYPING_SHOWN_MS);
    bobs.send({ op: 'typing', roomId: room.id });
    await anns.first('bob types', ({ type }) => type === 'typing');
    const later = await ann.connects();
    await roundTrip(later);
    expect(later.events.filter(({ type }) => type === 'typing')).toEqual([]);
  });
});

/** Renews the access token before it expires, as every client does. */
async function staySignedIn(who: Person): Promise<void> {
  await who.renews();
  await who.socket.ask({ op: 'auth', id: newId(), token: who.token });
}

describe('ignoring', () => {
  const ignored = async (who: Person) => (await who.asks('GET', '/v1/me/ignored')).body;

  it('[P6] is stored, and sent to the caller’s own connections and nobody else', async () => {
    const tabs = [await ann.connects(), await ann.connects()];
    const bobs = await bob.connects();
    const heard = bobs.events.length;
    expect((await ann.asks('PUT', `/v1/me/ignored/${bob.user.id}`)).status).toBe(204);
    expect((await ann.asks('PUT', `/v1/me/ignored/${bob.user.id}`)).status).toBe(204);
    for (const tab of tabs) {
      const event = await tab.first('it is told', ({ type }) => type === 'ignore');
      expect(event).toEqual({ type: 'ignore', userId: bob.user.id, username: 'bob', on: true });
    }
    expect(await ignored(ann)).toEqual({ ignored: [{ userId: bob.user.id, username: 'bob' }] });
    const next = await ann.connects();
    expect(next.events[0]).toMatchObject({ type: 'welcome', ignored: [bob.user.id] });
    await roundTrip(bobs);
    expect(bobs.events.slice(heard).filter(({ type }) => !['ok', 'presence'].includes(type))).toEqual([]);
    expect(await ignored(bob)).toEqual({ ignored: [] });
    expect((await ann.asks('DELETE', `/v1/me/ignored/${bob.user.id}`)).status).toBe(204);
    await next.first('it is over', (event) => event.type === 'ignore' && !event.on);
    expect(await ignored(ann)).toEqual({ ignored: [] });
  });

  it('[P6] removes a person’s mentions from the caller’s count, and leaves their messages in place', async () => {
    const mentions = async (who: Person) =>
      ((await who.asks('GET', `/v1/rooms/${room.id}`)).body as Room).mentions;
    await bob.posts(room, '@ann look');
    expect(await mentions(ann)).toBe(1);
    await ann.asks('PUT', `/v1/me/ignored/${bob.user.id}`);
    expect(await mentions(ann)).toBe(0);
    expect((await ann.reads(room)).messages.map(({ content }) => content)).toEqual(['@ann look']);
    await ann.asks('DELETE', `/v1/me/ignored/${bob.user.id}`);
    expect(await mentions(ann)).toBe(1);
  });

  it('[P6] is not sent to a token for one room', async () => {
    await ann.asks('PUT', `/v1/me/ignored/${bob.user.id}`);
    const { body } = await ann.asks('POST', '/v1/tokens', {
      name: 'lamp',
      scopes: ['read'],
      roomId: room.id,
    });
    const { token } = body as { token: string };
    const socket = await signIn(app, token);
    expect(socket.events[0]).not.toHaveProperty('ignored');
    expect((await ask(app, 'GET', '/v1/me/ignored', { token })).status).toBe(403);
    await ann.asks('DELETE', `/v1/me/ignored/${bob.user.id}`);
    await roundTrip(socket);
    expect(socket.events.filter(({ type }) => type === 'ignore')).toEqual([]);
    // Such a token does not make its person online either.
    expect((await profileOf(ann)).state).toBe('offline');
  });

  it('[P6] is rejected for oneself and for unknown people', async () => {
    const self = await ann.asks('PUT', `/v1/me/ignored/${ann.user.id}`);
    expect([self.status, (self.body as { code: string }).code]).toEqual([400, 'invalid']);
    expect((await ann.asks('PUT', '/v1/me/ignored/999999')).status).toBe(404);
  });

  it('[P6] has a maximum, even for requests at the same time, and repeating it does not count again', async () => {
    const sql = await openSql(app.databaseUrl);
    const [eve, carl] = [await person(app, 'eve'), await person(app, 'carl')];
    await sql.rows(
      `WITH crowd AS (
         INSERT INTO accounts (username, password_hash) SELECT 'p' || g, '' FROM generate_series(2, $2::integer) g RETURNING id)
       INSERT INTO ignored (account_id, ignored_id, at) SELECT $1, id, now() FROM crowd`,
      [ann.user.id, IGNORED_MAX],
    );
    await sql.close();
    const ignore = async (who: Person) => (await ann.asks('PUT', `/v1/me/ignored/${who.user.id}`)).status;
    expect((await Promise.all([eve, carl].map(ignore))).toSorted()).toEqual([204, 409]);
    expect((await Promise.all([eve, carl].map(ignore))).toSorted()).toEqual([204, 409]);
  });
});
