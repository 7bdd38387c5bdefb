/** A room's events over HTTP: the promises of a stream in both of its forms. */

import { isRoomEvent, type ServerEvent } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { type EventForm, type EventStream, openEvents, openLiveEvents } from '../harness/event-stream.ts';
import { ask, call } from '../harness/http.ts';
import { type At, loggedIn, type Person, person } from '../harness/people.ts';
import { until } from '../harness/wait.ts';

const FORMS: EventForm[] = ['text/event-stream', 'application/x-ndjson'];
const HEARTBEAT_MS = 25_000;
const TOKEN_LIFE_MS = 600_000;
const MEGABYTES = 20;

const clock = createTestClock();
let app: TestApp;
let ann: Person;
let bob: Person;
beforeAll(async () => {
  app = await startApp({ clock });
  [ann, bob] = await Promise.all([person(app, 'ann'), person(app, 'bob')]);
});
afterAll(() => app.close());

let rooms = 0;

/** Opens a room with both: Ann's join is seq 1, Bob's seq 2. */
async function shared(): Promise<At> {
  rooms += 1;
  const room = await ann.opens(`stream-${rooms}`);
  await bob.joins(room);
  return room;
}

const seqsOf = (events: ServerEvent[]) => events.filter(isRoomEvent).map(({ seq }) => seq);

describe.each(FORMS)('a stream as %s', (form) => {
  it('[R1] sends all events above `after`, then live, then new events', async () => {
    const room = await shared();
    await ann.posts(room, 'three');
    const stream = await openLiveEvents(app, bob, room, form, { query: '?after=1' });
    await ann.posts(room, 'four\nwith a second line and 🎉');
    await until('four arrives', () => seqsOf(stream.events).includes(4));
    expect(seqsOf(stream.events)).toEqual([2, 3, 4]);
    const types = stream.events.map(({ type }) => type).filter((type) => type !== 'presence');
    expect(types).toEqual(['join', 'message', 'live', 'message']);
    expect(stream.events.at(-1)).toMatchObject({
      content: 'four\nwith a second line and 🎉',
      username: 'ann',
    });
    stream.cut();
  });

  it('[R2] sends reset and then live for a cursor above the head', async () => {
    const stream = await openLiveEvents(app, bob, await shared(), form, { query: '?after=99' });
    expect(await stream.first('reset')).toMatchObject({ head: 2, reason: 'ahead' });
    stream.cut();
  });

  it('tells proxies not to buffer, store or compress it', async () => {
    const stream = await openLiveEvents(app, bob, await shared(), form, {
      headers: { 'accept-encoding': 'gzip, br' },
    });
    expect(stream.headers).toMatchObject({
      'content-type': form,
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    expect(stream.headers['content-encoding']).toBeUndefined();
    expect(stream.headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
    stream.cut();
  });

  it('[A6] is for members only, which is checked before it starts', async () => {
    const room = await shared();
    const eve = await person(app, `eve-${rooms}`);
    const closed = await ann.opens(`closed-${rooms}`, 'closed');
    const accept = { headers: { accept: form } };
    const path = ({ id }: At) => `/v1/rooms/${id}/events`;
    const asked = (who: Person, where: At) => who.asks('GET', path(where), undefined, accept);
    expect(await asked(eve, room)).toMatchObject({ status: 403, body: { code: 'not_member' } });
    expect(await asked(eve, closed)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await asked(eve, { id: 2 ** 40 })).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await ask(app, 'GET', path(room), accept)).toMatchObject({ status: 401 });
  });

  it('[A3] ends with a kick as the person’s last event', async () => {
    const room = await shared();
    const stream = await openLiveEvents(app, bob, room, form);
    await ann.kicks(room, bob);
    await ann.posts(room, 'not for bob');
    await stream.ended;
    const told = stream.events.filter(({ type }) => type !== 'presence');
    expect(told.map(({ type }) => type)).toEqual(['live', 'kick', 'bye']);
    expect(told.at(-1)).toMatchObject({ code: 4201 });
  });

  it('[A4] ends at once when the person signs out', async () => {
    const room = await shared();
    const session = await loggedIn(app, 'bob');
    const stream = await openLiveEvents(app, session, room, form);
    await session.asks('POST', '/v1/auth/logout');
    await stream.ended;
    expect(stream.events.at(-1)).toMatchObject({ type: 'bye', code: 4200 });
  });

  it('opens once with a ticket in the URL', async () => {
    const room = await shared();
    const { ticket } = await call<{ ticket: string }>(app, 'POST', '/v1/tickets', { token: bob.token });
    const opened = await openEvents(app, { roomId: room.id, form, query: `?ticket=${ticket}` });
    await opened.first('live');
    const again = await openEvents(app, { roomId: room.id, form, query: `?ticket=${ticket}` });
    expect([opened.status, again.status]).toEqual([200, 401]);
    const inUrl = await openEvents(app, { roomId: room.id, form, query: `?token=${bob.token}` });
    expect(inUrl.status).toBe(401);
    opened.cut();
  });

  it('makes its reader online, and leaves nothing allocated for a client that has gone', async () => {
    const room = await shared();
    const cy = await person(app, `cy-${rooms}`);
    await cy.joins(room);
    await until('nothing is allocated', () => Object.values(app.counts()).every((count) => count === 0));
    const stream = await openLiveEvents(app, cy, room, form);
    const { body } = await ann.asks('GET', `/v1/rooms/${room.id}/members`);
    expect((body as { members: unknown[] }).members).toContainEqual(
      expect.objectContaining({ username: cy.user.username, state: 'online' }),
    );
    expect(app.counts()).toMatchObject({ connections: 1, subscriptions: 1, rooms: 1, sockets: 1 });
    stream.cut();
    await until('nothing is allocated', () => Object.values(app.counts()).every((count) => count === 0));
  });

  it('[H2] outlives the request timeout, with a sign of life every 25 s', async () => {
    const room = await shared();
    const stream = await openLiveEvents(app, bob, room, form);
    for (let beats = 1; beats <= 3; beats++) {
      clock.advance(HEARTBEAT_MS);
      await until(`sign of life ${beats}`, () => signsOfLife(stream, form) >= beats);
    }
    await ann.posts(room, 'still here?');
    expect(await stream.first('message')).toMatchObject({ content: 'still here?' });
    stream.cut();
  });

  it('[B1] [B2] delays nobody while it does not read 20 MB, and gets everything when it reads again', async () => {
    const room = await shared();
    const [slow, swift] = await Promise.all([
      openLiveEvents(app, bob, room, form),
      openLiveEvents(app, ann, room, form),
    ]);
    slow.pause();
    const head = await flood(room);
    const hasAll = ({ text }: EventStream) => text.includes(`message ${head}.`);
    await until('the fast reader has everything', () => hasAll(swift));
    expect(hasAll(slow)).toBe(false);
    slow.resume();
    await until('the slow reader has everything', () => hasAll(slow));
    const expected = Array.from({ length: head - 2 }, (_, i) => i + 3);
    for (const stream of [slow, swift]) expect(seqsOf(stream.events)).toEqual(expected);
    for (const stream of [slow, swift]) stream.cut();
  }, 60_000);

  it('[B1] ends with 4000 without progress for 30 s, and gets bye when it reads', async () => {
    const room = await shared();
    await until('nothing is allocated', () => app.counts().connections === 0);
    const stuck = await openLiveEvents(app, bob, room, form);
    stuck.pause();
    await flood(room);
    await until('the server closes it', async () => {
      clock.advance(5_000);
      await new Promise((resolve) => setImmediate(resolve));
      return app.counts().connections === 0;
    });
    stuck.resume();
    await stuck.ended;
    expect(stuck.events.at(-1)).toMatchObject({ type: 'bye', code: 4000 });
  }, 60_000);

  it('[A4] ends within a second after its access token expires', async () => {
    const room = await shared();
    const session = await loggedIn(app, 'bob');
    const stream = await openLiveEvents(app, session, room, form);
    clock.advance(TOKEN_LIFE_MS - 2_000);
    expect(stream.isEnded).toBe(false);
    clock.advance(3_000);
    await stream.ended;
    expect(stream.events.at(-1)).toMatchObject({ type: 'bye', code: 4100 });
    await Promise.all([ann.renews(), bob.renews()]);
  });
});

function signsOfLife({ text, events }: EventStream, form: EventForm): number {
  return form === 'text/event-stream'
    ? (text.match(/^: ping$/gm) ?? []).length
    : events.filter(({ type }) => type === 'ping').length;
}

/** Sends messages of 20 MB in total, each containing its seq. Returns the last seq. */
async function flood(room: At): Promise<number> {
  const count = (MEGABYTES * 1_000_000) / 8_000;
  await ann.connects([]);
  for (let from = 0; from < count; from += 50) {
    const batch = Array.from({ length: Math.min(50, count - from) }, (_, i) => `message ${from + i + 3}.`);
    await Promise.all(batch.map((text) => ann.says(room, text.padEnd(8_000, ' x'))));
  }
  ann.socket.ws.terminate();
  return count + 2;
}
