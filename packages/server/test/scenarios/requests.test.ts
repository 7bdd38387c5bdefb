/** Requests: nobody is put into a room against their will [C10]. */
import {
  type EntryRequest,
  REQUEST_MESSAGES_MAX,
  REQUESTS_MADE_MAX,
  REQUESTS_WAITING_MAX,
  type Room,
} from '@banter/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type Person, person } from '../harness/people.ts';
import { openSql } from '../harness/sql.ts';

let app: TestApp;
let root: Person;
let ann: Person;
let eve: Person;
let count = 0;
beforeAll(async () => {
  app = await startApp({ env: { LOBBY: 'lobby' } });
  root = await person(app, 'rhea');
});
beforeEach(async () => {
  count += 1;
  [ann, eve] = await Promise.all([person(app, `ann${count}`), person(app, `eve${count}`)]);
});
afterAll(() => app.close());

const opens = async (who: Person, ...others: Person[]) =>
  (await who.asks('POST', '/v1/rooms/direct', { userIds: others.map(({ user }) => user.id) })).body as Room;
const requestsOf = async (who: Person) =>
  ((await who.asks('GET', '/v1/requests')).body as { requests: EntryRequest[] }).requests;
const joinedBy = async (who: Person) =>
  ((await who.asks('GET', '/v1/rooms?joined=true')).body as { rooms: Room[] }).rooms.filter(
    ({ kind }) => kind === 'direct',
  );
const answers = (who: Person, room: { id: number }, how: 'accept' | 'decline') =>
  how === 'accept'
    ? who.asks('POST', `/v1/requests/${room.id}/accept`)
    : who.asks('DELETE', `/v1/requests/${room.id}`);

describe('a direct room with somebody who shares only the lobby', () => {
  it('[C10] waits as a request: the other is in no room, hears one event, and sees nothing of what is written', async () => {
    const socket = await ann.connects();
    const room = await opens(eve, ann);
    expect(room.people).toHaveLength(2);
    await socket.first(
      'the request',
      (event) => event.type === 'request' && event.on && event.roomId === room.id,
    );
    await eve.posts(room, `psst @${ann.user.username}`);
    expect(await joinedBy(ann)).toEqual([]);
    expect((await ann.asks('GET', `/v1/rooms/${room.id}/messages`)).status).toBe(404);
    expect(await requestsOf(ann)).toMatchObject([{ roomId: room.id, kind: 'direct', userId: eve.user.id }]);
    expect(socket.log(room.id)).toEqual([]);
  });

  it('[C10] takes a few messages, and any number once it is accepted', async () => {
    const room = await opens(eve, ann);
    const sent = await Promise.all(
      Array.from({ length: REQUEST_MESSAGES_MAX + 3 }, (_, i) =>
        eve.asks('POST', `/v1/rooms/${room.id}/messages`, { content: `${i}` }),
      ),
    );
    expect(sent.filter(({ status }) => status === 201)).toHaveLength(REQUEST_MESSAGES_MAX);
    expect(sent.filter(({ status }) => status === 403)).toHaveLength(3);
    expect((await answers(ann, room, 'accept')).body).toMatchObject({ id: room.id, joined: true });
    expect((await ann.reads(room)).messages).toHaveLength(REQUEST_MESSAGES_MAX);
    for (let i = 0; i < 3; i++) await eve.posts(room, `more ${i}`);
    expect((await joinedBy(ann))[0]).toMatchObject({ unread: 3 });
    expect(await requestsOf(ann)).toEqual([]);
  });

  it('[C10] can be declined for good, and the person may still come by themselves', async () => {
    const room = await opens(eve, ann);
    expect((await answers(ann, room, 'decline')).status).toBe(204);
    expect((await answers(ann, room, 'decline')).status).toBe(404);
    expect((await opens(eve, ann)).id).toBe(room.id);
    expect(await requestsOf(ann)).toEqual([]);
    expect(await opens(ann, eve)).toMatchObject({ id: room.id, joined: true, members: 2 });
  });

  it('[C10] with third people obeys the same rule, and a person may make so many requests', async () => {
    const others = await Promise.all(
      Array.from({ length: REQUESTS_MADE_MAX + 2 }, (_, i) => person(app, `third${count}-${i}`)),
    );
    const statuses = await Promise.all(
      others.map(async (third) => {
        const userIds = [ann.user.id, third.user.id];
        return (await eve.asks('POST', '/v1/rooms/direct', { userIds })).status;
      }),
    );
    expect(statuses.filter((status) => status === 201)).toHaveLength(REQUESTS_MADE_MAX / 2);
    expect(statuses.filter((status) => status === 409)).toHaveLength(others.length - REQUESTS_MADE_MAX / 2);
    expect(await joinedBy(ann)).toEqual([]);
  });

  it('[C10] waits beside requests of ignored people, which fill nobody’s line', async () => {
    const sql = await openSql(app.databaseUrl);
    const crowd = `INSERT INTO requests SELECT -place, $1, 'open', $2, now() FROM generate_series(1, $3::integer) place`;
    await sql.rows(crowd, [ann.user.id, eve.user.id, REQUESTS_WAITING_MAX]);
    await sql.close();
    const bob = await person(app, `bob${count}`);
    const asks = async () => (await bob.asks('POST', '/v1/rooms/direct', { userIds: [ann.user.id] })).status;
    expect(await asks()).toBe(409);
    await ann.asks('PUT', `/v1/me/ignored/${eve.user.id}`);
    expect(await asks()).toBe(201);
    expect(await requestsOf(ann)).toMatchObject([{ userId: bob.user.id }]);
  });

  it('[C10] needs consent even if the asker put the person into a room before', async () => {
    const trap = await eve.opens(`trap${count}`);
    await eve.adds(trap, ann);
    await opens(eve, ann);
    expect(await joinedBy(ann)).toEqual([]);
  });
});

describe('a request', () => {
  const withdraws = (who: Person, room: { id: number }, from: Person) =>
    who.asks('DELETE', `/v1/requests/${room.id}/people/${from.user.id}`);
  const adds = (who: Person, room: { id: number }, other: Person) =>
    who.asks('PUT', `/v1/rooms/${room.id}/members/${other.user.id}`, { role: 'member' });
  const stateOf = async (room: { id: number }, who: Person) => {
    const sql = await openSql(app.databaseUrl);
    const rows = await sql.rows<{ state: string }>(
      'SELECT state FROM requests WHERE room_id = $1 AND account_id = $2',
      [room.id, who.user.id],
    );
    await sql.close();
    return rows[0]?.state ?? null;
  };

  it('[C10] can be withdrawn by its asker alone, and made again', async () => {
    const socket = await ann.connects();
    const room = await opens(eve, ann);
    expect((await withdraws(root, room, ann)).status).toBe(204);
    expect(await requestsOf(ann)).toHaveLength(1);
    expect((await withdraws(eve, room, ann)).status).toBe(204);
    await socket.first(
      'the end',
      (event) => event.type === 'request' && !event.on && event.roomId === room.id,
    );
    expect(await requestsOf(ann)).toEqual([]);
    expect((await opens(eve, ann)).id).toBe(room.id);
    expect(await requestsOf(ann)).toHaveLength(1);
    expect((await answers(ann, room, 'accept')).status).toBe(200);
  });

  it('[C10] answers its asker the same whether it was declined, withdrawn or never made', async () => {
    const [declined, withdrawn, bob] = [
      await opens(eve, ann),
      await opens(eve, root),
      await person(app, `bob${count}`),
    ];
    await answers(ann, declined, 'decline');
    for (const _ of [1, 2]) {
      const texts = await Promise.all([
        withdraws(eve, declined, ann),
        withdraws(eve, withdrawn, root),
        withdraws(eve, withdrawn, bob),
      ]);
      expect(texts.map(({ status, body }) => [status, body])).toEqual(texts.map(() => [204, texts[0]?.body]));
    }
    await opens(eve, ann);
    expect(await requestsOf(ann)).toEqual([]);
  });

  it('[C10] that was withdrawn leaves the person to be asked, not added; a no outlives the asker', async () => {
    const room = await eve.opens(`club${count}`, 'closed');
    for (const who of [ann, root]) {
      await eve.adds(room, who);
      await who.leaves(room);
      expect((await adds(eve, room, who)).status).toBe(202);
    }
    await withdraws(eve, room, ann);
    expect(await stateOf(room, ann)).toBe('askable');
    expect((await adds(eve, room, ann)).status).toBe(202);
    await answers(root, room, 'decline');
    const sql = await openSql(app.databaseUrl);
    await sql.rows('SELECT forget_person($1)', [eve.user.id]);
    await sql.close();
    expect([await stateOf(room, ann), await stateOf(room, root)]).toEqual(['askable', 'declined']);
  });
});

describe('people who share a room', () => {
  it('[C10] need no consent, unless one ignores the other', async () => {
    const common = await ann.opens(`common${count}`);
    await eve.joins(common);
    await ann.asks('PUT', `/v1/me/ignored/${eve.user.id}`);
    const socket = await ann.connects();
    const room = await opens(eve, ann);
    expect(await joinedBy(ann)).toEqual([]);
    expect(await requestsOf(ann)).toEqual([]);
    await ann.asks('DELETE', `/v1/me/ignored/${eve.user.id}`);
    expect(await requestsOf(ann)).toHaveLength(1);
    expect(socket.events.filter(({ type }) => type === 'request')).toEqual([]);
    await answers(ann, room, 'accept');
    const bob = await person(app, `bob${count}`);
    await bob.joins(common);
    await opens(bob, ann);
    expect(await joinedBy(ann)).toHaveLength(2);
  });
});

describe('leaving', () => {
  it('[C10] a direct room is possible, and the person is only asked back', async () => {
    const common = await ann.opens(`common${count}`);
    await eve.joins(common);
    const room = await opens(eve, ann);
    await ann.leaves(room);
    expect(await joinedBy(ann)).toEqual([]);
    expect((await opens(eve, ann)).members).toBe(1);
    expect(await joinedBy(ann)).toEqual([]);
    expect(await requestsOf(ann)).toMatchObject([{ roomId: room.id }]);
  });

  it.each(['open', 'closed'] as const)(
    '[C10] a room that is %s: moderators may only ask the person back',
    async (kind) => {
      const room = await eve.opens(`team-${kind}${count}`, kind);
      const add = () => eve.asks('PUT', `/v1/rooms/${room.id}/members/${ann.user.id}`, { role: 'member' });
      expect((await add()).status).toBe(200);
      await ann.leaves(room);
      expect(await add()).toMatchObject({ status: 202, body: { userId: ann.user.id } });
      expect((await add()).status).toBe(202);
      expect(await requestsOf(ann)).toMatchObject([{ roomId: room.id, kind, name: room.name }]);
      await answers(ann, room, 'decline');
      expect((await add()).status).toBe(202);
      expect(await requestsOf(ann)).toEqual([]);
      expect((await root.asks('GET', '/v1/requests')).body).toEqual({ requests: [] });
    },
  );

  it('[C10] the request of a moderator ends with their right', async () => {
    const room = await eve.opens(`gone${count}`, 'closed');
    await eve.adds(room, ann);
    await ann.leaves(room);
    await eve.adds(room, ann);
    await eve.asks('DELETE', `/v1/rooms/${room.id}`);
    expect((await answers(ann, room, 'accept')).status).toBe(404);
  });
});
