/** Moderation over every door: mutes, slow mode, archived rooms. */

import type { Member, Mute, Room, ServerEvent } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import type { Answer } from '../harness/http.ts';
import { connectEveryDoor, gives, mutes, outcomes, roomPath } from '../harness/moderation.ts';
import { type At, newId, type Person, person } from '../harness/people.ts';
import { type Collector, roundTrip, signIn } from '../harness/socket.ts';

let app: TestApp;
let root: Person;
let ann: Person;
let mod: Person;
let bob: Person;
let eve: Person;
let rooms = 0;
beforeAll(async () => {
  app = await startApp();
  // The first account becomes the administrator.
  root = await person(app, 'rosa');
  [ann, mod, bob, eve] = await Promise.all([
    person(app, 'ann'),
    person(app, 'mona'),
    person(app, 'bob'),
    person(app, 'eve'),
  ]);
});
afterAll(() => app.close());

/** Opens Ann's room with Mod as a moderator and Bob as a member: events 1 to 4. */
async function shared(kind: 'open' | 'closed' = 'open'): Promise<At> {
  const room = await ann.opens(`order-${++rooms}`, kind);
  await ann.adds(room, mod);
  await ann.adds(room, bob);
  await gives(ann, room, mod, 'moderator');
  return room;
}

describe('a mute', () => {
  it('[C7] rejects sends with the time until it ends, on every door', async () => {
    const room = await shared();
    const links = await connectEveryDoor(app, bob, room);
    const muted = (await mutes(mod, room, bob)).body as Mute;
    await links.plain.first('the mute', (event) => event.type === 'mute');
    const posted = await bob.asks('POST', roomPath(room, '/messages'), { content: 'x' });
    const sent = await links.socket.ask({ op: 'send', id: newId(), roomId: room.id, content: 'x' });
    links.plain.send('x');
    const said = await links.plain.first('a refusal', ({ type }) => type === 'error');
    for (const refusal of [posted.body, sent, said] as { code: string; retryAfterMs: number }[]) {
      expect(refusal.code).toBe('muted');
      expect(refusal.retryAfterMs).toBeGreaterThan(3_500_000);
    }
    expect(Number(posted.headers.get('retry-after'))).toBeGreaterThan(3_500);
    const { members } = (await bob.asks('GET', roomPath(room, '/members'))).body as { members: Member[] };
    expect(members.find(({ userId }) => userId === bob.user.id)?.mutedUntil).toBe(muted.until);

    await mod.asks('DELETE', roomPath(room, `/mutes/${bob.user.id}`));
    links.plain.send('free');
    await links.plain.first('the message', (event) => event.type === 'message' && event.content === 'free');
    links.socket.ws.terminate();
    links.plain.ws.terminate();
  });

  it('[C6] stops typing while it lasts, and only then', async () => {
    const room = await shared();
    const [there, bobs] = await Promise.all([signIn(app, ann.token), signIn(app, bob.token)]);
    const typed = () => there.events.filter(({ type }) => type === 'typing').length;
    const types = async (socket: Collector) => {
      socket.send({ op: 'typing', roomId: room.id });
      await roundTrip(socket);
      await roundTrip(there);
    };
    await types(bobs);
    expect(typed()).toBe(1);
    await mutes(mod, room, bob);
    await types(bobs);
    const late = await signIn(app, bob.token);
    await types(late);
    expect(typed()).toBe(1);
    await mod.asks('DELETE', roomPath(room, `/mutes/${bob.user.id}`));
    await types(late);
    expect(typed()).toBe(2);
    for (const socket of [there, bobs, late]) socket.ws.terminate();
  });
});

it('[C7] slow mode says when the next message is allowed, on every door, and does not apply to moderators', async () => {
  const room = await shared();
  const links = await connectEveryDoor(app, bob, room);
  const { body } = await mod.asks('PATCH', roomPath(room), { slowSeconds: 60 });
  expect((body as Room).slowSeconds).toBe(60);
  await bob.posts(room, 'first');
  const posted = await bob.asks('POST', roomPath(room, '/messages'), { content: 'x' });
  const sent = await links.socket.ask({ op: 'send', id: newId(), roomId: room.id, content: 'x' });
  links.plain.send('x');
  const said = await links.plain.first('a refusal', ({ type }) => type === 'error');
  for (const refusal of [posted.body, sent, said] as { code: string; retryAfterMs: number }[]) {
    expect(refusal.code).toBe('rate_limited');
    expect(refusal.retryAfterMs).toBeGreaterThan(50_000);
  }
  expect(posted.status).toBe(429);
  await mod.posts(room, 'one');
  await mod.posts(room, 'two');
  const off = (await mod.asks('PATCH', roomPath(room), { slowSeconds: 0 })).body as Room;
  expect(off).not.toHaveProperty('slowSeconds');
  await bob.posts(room, 'at once');
  links.socket.ws.terminate();
  links.plain.ws.terminate();
});

describe('an archived room', () => {
  it('[C2] is read-only for its members, and continues where it was once it is restored', async () => {
    const room = await shared();
    await ann.posts(room, 'before');
    const bobs = await signIn(app, bob.token);
    const archive = (who: Person) => who.asks('DELETE', roomPath(room));
    expect(await outcomes([archive(eve), archive(bob), archive(mod)])).toEqual([
      'not_member',
      'forbidden',
      'forbidden',
    ]);
    expect(await outcomes([archive(ann)])).toEqual([204]);
    expect(await outcomes([archive(ann)])).toEqual([204]);
    await bobs.first('the event', (event) => event.type === 'archive' && event.roomId === room.id);

    expect((await bob.reads(room)).messages.map(({ content }) => content)).toEqual(['before']);
    const { status, body } = await bob.asks('GET', roomPath(room));
    expect([status, (body as Room).archivedAt]).toEqual([200, expect.any(String)]);
    expect(await bobs.ask({ op: 'send', id: newId(), roomId: room.id, content: 'x' })).toMatchObject({
      code: 'forbidden',
    });
    expect(
      await outcomes([
        bob.asks('POST', roomPath(room, '/messages'), { content: 'x' }),
        ann.asks('PATCH', roomPath(room), { topic: 'x' }),
        mutes(mod, room, bob),
      ]),
    ).toEqual(['forbidden', 'forbidden', 'forbidden']);
    const listed = async (who: Person, query = '') =>
      ((await who.asks('GET', `/v1/rooms${query}`)).body as { rooms: Room[] }).rooms.some(
        ({ id }) => id === room.id,
      );
    expect([await listed(bob), await listed(bob, '?archived=true')]).toEqual([false, true]);
    expect([await listed(eve, '?archived=true'), await listed(root, '?archived=true')]).toEqual([
      false,
      true,
    ]);

    expect(await outcomes([ann.asks('POST', roomPath(room, '/restore'))])).toEqual([200]);
    await bobs.first('the event', (event) => event.type === 'restore');
    await bob.posts(room, 'after');
    bobs.ws.terminate();
  });

  it('[A5] [C2] does not exist for outsiders; an administrator can restore an open one', async () => {
    const room = await shared();
    await ann.asks('DELETE', roomPath(room));
    const nowhere = { id: 2 ** 40 };
    const asks = (at: At): Promise<Answer>[] => [
      eve.asks('GET', roomPath(at)),
      eve.asks('POST', roomPath(at, '/join')),
      eve.asks('GET', roomPath(at, '/messages')),
      eve.asks('GET', roomPath(at, '/members')),
      eve.asks('POST', roomPath(at, '/messages'), { content: 'x' }),
      eve.asks('PATCH', roomPath(at), { topic: 'x' }),
      eve.asks('POST', roomPath(at, '/restore')),
      eve.asks('POST', roomPath(at, '/leave')),
    ];
    const told = async (at: At) =>
      (await Promise.all(asks(at))).map(({ status, body }) => ({
        status,
        ...(body as { code: string; detail: string }),
        requestId: '',
      }));
    expect(await told(room)).toEqual(await told(nowhere));
    expect((await eve.asks('GET', roomPath(room))).status).toBe(404);
    expect(
      await outcomes([root.asks('GET', roomPath(room)), root.asks('POST', roomPath(room, '/restore'))]),
    ).toEqual([200, 200]);
  });

  it('[C6] gets no typing events', async () => {
    const room = await shared();
    const [there, bobs] = await Promise.all([signIn(app, ann.token), signIn(app, bob.token)]);
    await ann.asks('DELETE', roomPath(room));
    await bobs.first('the event', (event) => event.type === 'archive');
    bobs.send({ op: 'typing', roomId: room.id });
    await roundTrip(bobs);
    await roundTrip(there);
    expect(there.events.some(({ type }: ServerEvent) => type === 'typing')).toBe(false);
    there.ws.terminate();
    bobs.ws.terminate();
  });
});
