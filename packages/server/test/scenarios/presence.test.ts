/** Presence events, and that closed connections leave nothing behind. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { type At, loggedIn, type Person, person } from '../harness/people.ts';
import { type Collector, openSocket, roundTrip } from '../harness/socket.ts';
import { until } from '../harness/wait.ts';

const NOTHING = { connections: 0, subscriptions: 0, rooms: 0, sockets: 0 };

let clock: ReturnType<typeof createTestClock>;
let app: TestApp;
let ann: Person;
let bob: Person;
let room: At;
beforeEach(async () => {
  clock = createTestClock();
  app = await startApp({ clock });
  [ann, bob] = await Promise.all([person(app, 'ann'), person(app, 'bob')]);
  room = await ann.opens('lobby');
  await bob.joins(room);
});
afterEach(() => app.close());

describe('presence', () => {
  it('is sent once per person, not per tab, and not to the person', async () => {
    const anns = await ann.connects();
    const laptop = await loggedIn(app, 'bob');
    const tabs = [await bob.connects(), await bob.connects(), await laptop.connects()];
    await anns.first('bob is online', ({ type }) => type === 'presence');
    for (const tab of tabs.slice(1)) tab.ws.terminate();
    await until('the tabs are closed', () => app.counts().connections === 2);
    clock.advance(5_500);
    await roundTrip(anns);
    expect(presenceOf(anns)).toEqual(['bob online']);
    expect(presenceOf(tabs[0])).toEqual([]);
    expect(await stateOf(bob)).toBe('online');
  });

  it('becomes offline 5 s after the last connection, sent once', async () => {
    const anns = await ann.connects();
    const bobs = await bob.connects();
    bobs.ws.close();
    await until('bob is offline', () => app.counts().connections === 1);
    clock.advance(4_000);
    expect(await stateOf(bob)).toBe('online');
    clock.advance(1_500);
    await anns.until('bob is offline', () => presenceOf(anns).includes('bob offline'));
    expect(presenceOf(anns)).toEqual(['bob online', 'bob offline']);
    expect(await stateOf(bob)).toBe('offline');
  });

  it('does not change on a reload', async () => {
    const anns = await ann.connects();
    for (let reload = 0; reload < 3; reload++) {
      const tab = await bob.connects();
      tab.ws.terminate();
      await until('the tab is closed', () => app.counts().connections === 1);
      clock.advance(2_000);
    }
    await bob.connects();
    clock.advance(6_000);
    await roundTrip(anns);
    expect(presenceOf(anns)).toEqual(['bob online']);
  });

  it('is not sent to people without a common room', async () => {
    const cem = await person(app, 'cem');
    const alone = await cem.opens('alone');
    const cems = await cem.connects();
    const anns = await ann.connects();
    await bob.connects();
    await anns.until('bob is online', () => presenceOf(anns).includes('bob online'));
    await cem.says(alone, 'nobody here');
    expect(presenceOf(cems)).toEqual([]);
  });
});

describe('a disconnected client leaves nothing behind', () => {
  it('after a close, after a cut, and without a hello', async () => {
    const headers = { authorization: `Bearer ${bob.token}` };
    const sockets = [
      await ann.connects(),
      await bob.connects(),
      await bob.connects([{ roomId: room.id, after: 0 }]),
      await openSocket(app),
      await openSocket(app, { path: `/v1/rooms/${room.id}/ws`, headers }),
    ];
    await until('the plain socket is live', () => app.counts().subscriptions === 4);
    expect(app.counts()).toEqual({ connections: 4, subscriptions: 4, rooms: 1, sockets: 5 });
    for (const [i, { ws }] of sockets.entries()) {
      if (i % 2) ws.terminate();
      else ws.close();
    }
    await until('everything is released', () => app.counts().sockets === 0);
    expect(app.counts()).toEqual(NOTHING);
  });

  it('in the middle of a replay, and while its sends are in flight', async () => {
    await Promise.all(Array.from({ length: 300 }, (_, i) => ann.posts(room, `${i} ${'x'.repeat(2_000)}`)));
    for (let visit = 0; visit < 20; visit++) {
      const socket = await openSocket(app);
      socket.send({ op: 'hello', token: bob.token, rooms: [{ roomId: room.id, after: 0 }] });
      socket.send({ op: 'send', id: `visit-no-${visit}`, roomId: room.id, content: 'and gone' });
      if (visit % 2) await socket.first('welcome', ({ type }) => type === 'welcome');
      socket.ws.terminate();
    }
    await until('everything is released', () => Object.values(app.counts()).every((count) => count === 0));
  });

  it('within 40 s after its line silently died, on both sockets', async () => {
    const headers = { authorization: `Bearer ${bob.token}` };
    const path = `/v1/rooms/${room.id}/ws`;
    const dead = [
      await bob.connects(undefined, { answersPings: false }),
      await openSocket(app, { path, headers, answersPings: false }),
    ];
    const plain = await openSocket(app, { path, headers });
    const alive = [await ann.connects(), plain];
    clock.advance(25_500);
    for (const { ws } of dead) ws.pause();
    await roundTrip(ann.socket);
    plain.send('a word behind the pong');
    await plain.first('its own word', ({ type }) => type === 'message');
    clock.advance(10_500);
    await until('the dead sockets are closed', () => app.counts().sockets === 2);
    expect(app.counts()).toEqual({ connections: 2, subscriptions: 2, rooms: 1, sockets: 2 });
    for (const { ws } of dead) ws.resume();
    for (const socket of dead) expect((await socket.closed()).code).toBe(4001);
    for (const socket of alive) expect(socket.closing).toBeNull();
  });
});

function presenceOf(socket: Collector | undefined): string[] {
  return (socket?.events ?? []).flatMap((event) =>
    event.type === 'presence' ? [`${event.username} ${event.state}`] : [],
  );
}

async function stateOf(who: Person): Promise<string | undefined> {
  const { body } = await ann.asks('GET', `/v1/rooms/${room.id}/members`);
  const { members } = body as { members: { userId: number; state: string }[] };
  return members.find(({ userId }) => userId === who.user.id)?.state;
}
