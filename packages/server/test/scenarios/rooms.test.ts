/** Direct rooms, names, ownership and settings. */

import type { Room } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type At, newId, type Person, person } from '../harness/people.ts';
import { signIn } from '../harness/socket.ts';

const PARALLEL = 100;

let app: TestApp;
let root: Person;
let ann: Person;
let bob: Person;
let eve: Person;
beforeAll(async () => {
  app = await startApp();
  root = await person(app, 'rosa');
  [ann, bob, eve] = await Promise.all([person(app, 'ann'), person(app, 'bob'), person(app, 'eve')]);
  // People who share a room need no consent to a direct room.
  const common = await ann.opens('common');
  for (const other of [bob, eve]) await other.joins(common);
});
afterAll(() => app.close());

const path = (room: At, rest = '') => `/v1/rooms/${room.id}${rest}`;
const opensWith = (who: Person, body: unknown) => who.asks('POST', '/v1/rooms/direct', body);

describe('a direct room', () => {
  it(`[C3] is the same for the same people, under ${PARALLEL} concurrent calls by any of them, by id or by name`, async () => {
    const ids = [ann, bob, eve].map(({ user }) => user.id);
    const names = ['ann', 'BOB', 'eve'];
    const answers = await Promise.all(
      Array.from({ length: PARALLEL }, (_, i) =>
        opensWith(
          [ann, bob, eve][i % 3] as Person,
          i % 2 ? { userIds: ids.toReversed() } : { usernames: names },
        ),
      ),
    );
    expect(new Set(answers.map(({ body }) => (body as Room).id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.every(({ status }) => status === 200 || status === 201)).toBe(true);
    expect(answers[0]?.body).toMatchObject({
      kind: 'direct',
      name: '',
      role: 'member',
      members: 3,
      people: [ann, bob, eve].map(({ user }) => ({ userId: user.id, username: user.username })),
    });
  });

  it(`[C3] exists after ${PARALLEL} concurrent calls of one person, although they exceed the rate of new rooms`, async () => {
    const limited = await startApp({ env: { RATE_LIMITS: 'on', RATE_CREATE_ROOM: '2/0.1' } });
    const [one, other] = await Promise.all([person(limited, 'one'), person(limited, 'other')]);
    const answers = await Promise.all(
      Array.from({ length: PARALLEL }, () => opensWith(one, { userIds: [other.user.id] })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 201]));
    expect(new Set(answers.map(({ body }) => (body as Room).id)).size).toBe(1);
    await limited.close();
  });

  it('[C3] is followed at once by everybody’s sockets', async () => {
    const sockets = await Promise.all([ann, bob].map(({ token }) => signIn(app, token)));
    const room = (await opensWith(ann, { usernames: ['bob'] })).body as Room;
    await Promise.all(
      sockets.map((socket) =>
        socket.first('live', (event) => event.type === 'live' && event.roomId === room.id),
      ),
    );
    const id = newId();
    await sockets[0]?.ask({ op: 'send', id, roomId: room.id, content: 'psst' });
    await sockets[1]?.first('the message', (event) => event.type === 'message' && event.id === id);
    expect(await bob.reads(room)).toMatchObject({ messages: [{ content: 'psst' }] });
    for (const { ws } of sockets) ws.terminate();
  });

  it('[C3] belongs only to its people: no administrator’s rights, no name, no other roles, no joins', async () => {
    const room = (await opensWith(ann, { usernames: ['bob'] })).body as Room;
    const member = (who: Person) => path(room, `/members/${who.user.id}`);
    const asked = await Promise.all([
      root.asks('GET', path(room)),
      eve.asks('POST', path(room, '/join')),
      root.asks('PUT', member(root), { role: 'owner' }),
      ann.asks('PUT', member(eve), { role: 'member' }),
      ann.asks('PUT', member(ann), { role: 'owner' }),
      ann.asks('DELETE', member(bob)),
      ann.asks('PUT', path(room, `/bans/${bob.user.id}`)),
      ann.asks('PATCH', path(room), { name: 'us' }),
      ann.asks('DELETE', path(room)),
    ]);
    const [see, join, take, ...inside] = asked.map(({ body }) => (body as { code: string }).code);
    expect([see, join, take]).toEqual(['not_found', 'not_found', 'not_found']);
    expect(new Set(inside)).toEqual(new Set(['forbidden']));
  });

  it('has two to eight existing people', async () => {
    const others = await Promise.all(Array.from({ length: 8 }, (_, i) => person(app, `other${i}`)));
    const userIds = others.map(({ user }) => user.id);
    expect(((await opensWith(ann, { userIds: userIds.slice(1) })).body as Room).people).toHaveLength(8);
    for (const body of [{ userIds }, { userIds: [] }, { userIds: [ann.user.id] }, {}, { usernames: [7] }]) {
      expect((await opensWith(ann, body)).body).toMatchObject({ code: 'invalid' });
    }
    for (const body of [{ userIds: [2 ** 40] }, { usernames: ['nobody'] }]) {
      expect((await opensWith(ann, body)).body).toMatchObject({ code: 'not_found' });
    }
  });
});

it('[C4] a name is free once its room has another one, and no longer leads to it', async () => {
  const first = await ann.opens('harbour');
  await bob.joins(first);
  const bobs = await signIn(app, bob.token);
  expect((await ann.asks('PATCH', path(first), { name: 'marina' })).body).toMatchObject({ name: 'marina' });
  await bobs.first('the event', (event) => event.type === 'rename' && event.name === 'marina');
  const second = await eve.opens('Harbour');
  expect(second.id).not.toBe(first.id);
  expect((await ann.asks('PATCH', path(first), { name: 'harbour' })).body).toMatchObject({
    code: 'conflict',
  });
  // An archived room keeps its name until it is restored.
  await eve.asks('DELETE', path(second));
  expect((await ann.asks('PATCH', path(first), { name: 'harbour' })).body).toMatchObject({
    code: 'conflict',
  });
  bobs.ws.terminate();
});

it('[C1] a room is handed over by making another person an owner and stepping down', async () => {
  const room = await ann.opens('hand-over');
  await bob.joins(room);
  const gives = (who: Person, whom: Person, role: string) =>
    who.asks('PUT', path(room, `/members/${whom.user.id}`), { role });
  expect((await gives(ann, ann, 'member')).body).toMatchObject({ code: 'conflict' });
  expect((await gives(bob, bob, 'owner')).body).toMatchObject({ code: 'forbidden' });
  expect((await gives(ann, bob, 'owner')).body).toMatchObject({ role: 'owner' });
  expect((await gives(ann, ann, 'member')).body).toMatchObject({ role: 'member' });
  expect((await gives(ann, bob, 'member')).body).toMatchObject({ code: 'forbidden' });
  await ann.leaves(room);
});

it('a member has the same shape in the answer to an addition and in the list', async () => {
  const room = await ann.opens('shapes');
  await bob.asks('PATCH', '/v1/me', { displayName: 'Bob of the pier' });
  const added = await ann.asks('PUT', path(room, `/members/${bob.user.id}`), { role: 'member' });
  const { body } = await ann.asks('GET', path(room, '/members'));
  expect(added.body).toMatchObject({ displayName: 'Bob of the pier' });
  expect(body).toMatchObject({ members: [{ username: 'ann' }, added.body] });
  await bob.asks('PATCH', '/v1/me', { displayName: null });
});

it('the settings of a person for a room apply on all their devices until they leave', async () => {
  const room = await ann.opens('busy');
  await bob.joins(room);
  const [device, anns] = await Promise.all([signIn(app, bob.token), signIn(app, ann.token)]);
  const { body } = await bob.asks('PUT', path(room, '/settings'), { hideJoins: true });
  expect(body).toMatchObject({ id: room.id, hideJoins: true });
  const told = await device.first('the setting', (event) => event.type === 'settings');
  expect(told).toEqual({ type: 'settings', roomId: room.id, hideJoins: true });
  const again = await signIn(app, bob.token, []);
  const welcome = await again.first('welcome', (event) => event.type === 'welcome');
  expect(welcome.rooms.find(({ roomId }) => roomId === room.id)).toHaveProperty('hideJoins', true);
  expect((await ann.asks('GET', path(room))).body).not.toHaveProperty('hideJoins');
  await bob.leaves(room);
  expect((await bob.asks('PUT', path(room, '/settings'), { hideJoins: true })).body).toMatchObject({
    code: 'not_member',
  });
  await bob.joins(room);
  expect((await bob.asks('GET', path(room))).body).not.toHaveProperty('hideJoins');
  expect(anns.events.some(({ type }) => type === 'settings')).toBe(false);
  for (const { ws } of [device, anns, again]) ws.terminate();
});

it('history includes joins and new topics in the range of the page, on request', async () => {
  const room = await ann.opens('annals');
  await ann.posts(room, 'one');
  await bob.joins(room);
  await ann.asks('PATCH', path(room), { topic: 'tides' });
  await ann.posts(room, 'two');
  await ann.asks('PUT', path(room, `/bans/${eve.user.id}`), { reason: 'noise' });
  const told = async (query: string) =>
    (await bob.reads(room, query)).notices?.map(({ seq, type }) => `${seq} ${type}`);
  expect(await told('')).toBeUndefined();
  expect(await told('?include=notices')).toEqual(['1 join', '3 join', '4 topic', '6 ban']);
  expect(await told('?include=notices&limit=1')).toEqual(['6 ban']);
  expect(await told('?include=notices&before=5&limit=1')).toEqual(['1 join', '3 join', '4 topic']);
  expect(await told('?include=notices&after=2')).toEqual(['3 join', '4 topic', '6 ban']);
  expect((await bob.reads(room, '?include=notices')).notices?.at(-1)).toMatchObject({
    targetUsername: 'eve',
    reason: 'noise',
    username: 'ann',
  });
});
