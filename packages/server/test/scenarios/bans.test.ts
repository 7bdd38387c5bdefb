/** Bans and kicks over every door. */

import type { Ban } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { openEvents } from '../harness/event-stream.ts';
import {
  bans,
  connectEveryDoor,
  gives,
  inMinutes,
  mutes,
  outcomes,
  roomPath,
} from '../harness/moderation.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { openSocket, refusalOf, roundTrip } from '../harness/socket.ts';

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

describe('a ban', () => {
  it('[A3] is the last event that its target gets on every door, and prevents joining until it is lifted', async () => {
    const room = await shared();
    const links = await connectEveryDoor(app, bob, room);
    const { status, body } = await bans(mod, room, bob, { reason: 'noise', until: inMinutes(5) });
    expect(status).toBe(200);
    const ban = body as Ban;
    expect(ban).toMatchObject({ userId: bob.user.id, reason: 'noise', byUsername: 'mona' });
    await ann.posts(room, 'he is gone');
    await links.ended();
    await roundTrip(links.socket);
    for (const log of links.log()) {
      expect(log.at(-1)).toMatchObject({
        type: 'ban',
        target: bob.user.id,
        reason: 'noise',
        until: ban.until,
      });
    }
    links.socket.ws.terminate();

    expect(await outcomes([bob.asks('GET', roomPath(room, '/messages'))])).toEqual(['not_member']);
    expect(await outcomes([bob.asks('POST', roomPath(room, '/join'))])).toEqual(['forbidden']);
    expect(await outcomes([gives(ann, room, bob, 'member')])).toEqual(['conflict']);
    const resumed = await openSocket(app);
    resumed.send({ op: 'hello', token: bob.token, rooms: [{ roomId: room.id, after: 1 }] });
    expect(await resumed.first('a refusal', ({ type }) => type === 'error')).toMatchObject({
      code: 'not_member',
    });
    resumed.ws.terminate();
    const refused = await refusalOf(app, {
      path: roomPath(room, '/ws'),
      headers: { authorization: `Bearer ${bob.token}` },
    });
    expect(refused.problem.code).toBe('not_member');

    expect((await mod.asks('GET', roomPath(room, '/bans'))).body).toEqual({ bans: [ban] });
    const lift = () => mod.asks('DELETE', roomPath(room, `/bans/${bob.user.id}`));
    expect(await outcomes([lift(), lift()])).toEqual([204, 204]);
    expect((await mod.asks('GET', roomPath(room, '/bans'))).body).toEqual({ bans: [] });
    await bob.joins(room);
  });

  it('may precede the first join, and can be changed', async () => {
    const room = await shared();
    expect((await bans(mod, room, eve)).body).not.toHaveProperty('until');
    expect((await bans(mod, room, eve, { until: inMinutes(1), reason: 'again' })).body).toMatchObject({
      reason: 'again',
    });
    expect(await outcomes([eve.asks('POST', roomPath(room, '/join'))])).toEqual(['forbidden']);
  });

  it('[C5] is for moderators, against members and outsiders; owners act on anyone but themselves', async () => {
    const room = await shared();
    await ann.adds(room, eve);
    await gives(ann, room, eve, 'moderator');
    expect(
      await outcomes([
        bans(bob, room, eve),
        bans(mod, room, eve),
        bans(mod, room, ann),
        bans(mod, room, root),
      ]),
    ).toEqual(['forbidden', 'forbidden', 'forbidden', 'forbidden']);
    expect(
      await outcomes([
        mutes(bob, room, mod),
        mutes(mod, room, eve),
        mutes(mod, room, ann),
        mutes(ann, room, ann),
      ]),
    ).toEqual(['forbidden', 'forbidden', 'forbidden', 'forbidden']);
    expect(
      await outcomes([bob.asks('GET', roomPath(room, '/bans')), mod.asks('GET', roomPath(room, '/bans'))]),
    ).toEqual(['forbidden', 200]);
    expect(await outcomes([bans(ann, room, ann), bans(ann, room, mod)])).toEqual(['forbidden', 200]);
  });

  it('[C5] an administrator has an owner’s rights in an open room without being a member, and none in a closed one', async () => {
    const open = await shared();
    expect(
      await outcomes([
        bans(root, open, mod),
        mutes(root, open, bob),
        root.asks('GET', roomPath(open, '/bans')),
      ]),
    ).toEqual([200, 200, 200]);
    const closed = await shared('closed');
    expect(
      await outcomes([
        bans(root, closed, mod),
        mutes(root, closed, bob),
        root.asks('GET', roomPath(closed, '/bans')),
      ]),
    ).toEqual(['not_found', 'not_found', 'not_found']);
  });

  it('is rejected with an end in the past or too long a reason', async () => {
    const room = await shared();
    expect(
      await outcomes([
        bans(mod, room, bob, { until: inMinutes(-1) }),
        bans(mod, room, bob, { reason: 'x'.repeat(301) }),
        mutes(mod, room, bob, -1),
      ]),
    ).toEqual(['invalid', 'invalid', 'invalid']);
  });

  it('may end in any storable year, in any time zone', async () => {
    const room = await shared();
    const ends = ['9999-12-31T23:59:59+23:59', '9999-12-31T23:59:59-23:59'];
    expect(
      await outcomes(
        ends.flatMap((until) => [
          bans(mod, room, bob, { until }),
          mod.asks('PUT', roomPath(room, `/mutes/${bob.user.id}`), { until }),
        ]),
      ),
    ).toEqual([200, 200, 'invalid', 'invalid']);
  });
});

it('[A3] a kick has its reason', async () => {
  const room = await shared();
  const links = await connectEveryDoor(app, bob, room);
  await mod.asks('DELETE', roomPath(room, `/members/${bob.user.id}?reason=come%20back%20sober`));
  await links.ended();
  await roundTrip(links.socket);
  for (const log of links.log())
    expect(log.at(-1)).toMatchObject({ type: 'kick', reason: 'come back sober' });
  links.socket.ws.terminate();
  // Read again, it has the same reason.
  const stream = await openEvents(app, {
    roomId: room.id,
    form: 'application/x-ndjson',
    token: ann.token,
    query: '?after=4',
  });
  await stream.first('live');
  expect(stream.events).toContainEqual(expect.objectContaining({ type: 'kick', reason: 'come back sober' }));
  stream.cut();
});
