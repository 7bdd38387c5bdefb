/** A room's events over HTTP: headers, cursors, old clients and shutdown. */

import { connect } from 'node:net';
import { isRoomEvent, type ServerEvent } from '@banter/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { type EventForm, openEvents, openLiveEvents } from '../harness/event-stream.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { until } from '../harness/wait.ts';

const FORMS: EventForm[] = ['text/event-stream', 'application/x-ndjson'];

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

it('[H2] Server-Sent Events have the seq as id, but only room events', async () => {
  const room = await shared();
  await ann.posts(room, 'three');
  const stream = await openLiveEvents(app, bob, room, 'text/event-stream', { query: '?after=2' });
  await bob.asks('PUT', `/v1/rooms/${room.id}/read`, { seq: 3 });
  await stream.first('read');
  const blocks = stream.text.split('\n\n').filter((block) => !/^event: presence/m.test(block));
  expect(blocks[0]).toMatch(/^id: 3\nevent: message\ndata: \{.*\}$/);
  expect(blocks[1]).toMatch(/^event: live\ndata: \{.*\}$/);
  expect(blocks[2]).toMatch(/^event: read\ndata: \{.*\}$/);
  stream.cut();
});

it('[R1] Last-Event-ID takes precedence over an `after` in the URL', async () => {
  const room = await shared();
  for (const content of ['three', 'four', 'five']) await ann.posts(room, content);
  const headers = { 'last-event-id': '4' };
  const stream = await openLiveEvents(app, bob, room, 'text/event-stream', { query: '?after=1', headers });
  expect(seqsOf(stream.events)).toEqual([5]);
  stream.cut();
});

it('[H2] a request for another media type or with an invalid seq is told what to send', async () => {
  const { id } = await shared();
  const refused = async (headers: Record<string, string>, query = '') => {
    const { status, body } = await bob.asks('GET', `/v1/rooms/${id}/events${query}`, undefined, { headers });
    return `${status} ${(body as { detail: string }).detail}`;
  };
  const neither = '400 send Accept: text/event-stream, or Accept: application/x-ndjson';
  for (const accept of ['*/*', 'application/json', 'text/event-stream;q=0', '']) {
    expect(await refused({ accept })).toBe(neither);
  }
  const accept = 'Text/Event-Stream; charset=utf-8, */*';
  for (const bad of ['x', '-1', '1.5', '9007199254740993', '0x10']) {
    expect(await refused({ accept, 'last-event-id': bad })).toContain('400 Last-Event-ID must be');
  }
  for (const bad of ['x', '-1', '1.5', '9007199254740993']) {
    expect(await refused({ accept }, `?after=${bad}`)).toContain('400 after');
  }
  expect(await refused({ accept }, '?since=1')).toContain('400');
});

it('HEAD returns the head of GET, and allocates nothing', async () => {
  const room = await shared();
  await until('nothing is allocated', () => app.counts().connections === 0);
  const accept = { headers: { accept: 'text/event-stream' } };
  const { status, headers } = await bob.asks('HEAD', `/v1/rooms/${room.id}/events`, undefined, accept);
  expect([status, headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect(app.counts().connections).toBe(0);
});

it('a reused connection can carry a stream', async () => {
  const room = await shared();
  const { port } = new URL(app.url);
  const socket = connect(Number(port), '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const head = `Host: x\r\nAuthorization: Bearer ${bob.token}\r\nAccept: text/event-stream\r\n\r\n`;
  socket.write(`GET /v1/me HTTP/1.1\r\n${head}GET /v1/rooms/${room.id}/events HTTP/1.1\r\n${head}`);
  await until('it is live', () => text.includes('event: live'));
  expect(text.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
  socket.destroy();
});

it('a client of HTTP/1.0 gets the lines without chunks', async () => {
  const room = await shared();
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const path = `/v1/rooms/${room.id}/events?after=1`;
  socket.write(
    `GET ${path} HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer ${bob.token}\r\nAccept: ${FORMS[1]}\r\n\r\n`,
  );
  await until('it is live', () => text.includes('"live"'));
  const [head = '', body = ''] = text.split('\r\n\r\n');
  expect(head).toMatch(/^connection: close$/im);
  expect(
    body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).type),
  ).toEqual(['join', 'live']);
  socket.destroy();
});

it('[H2] a shutdown sends bye on every stream, and does not wait for them', async () => {
  const other = await startApp();
  const dan = await person(other, 'dan');
  const room = await dan.opens('harbour');
  const streams = await Promise.all(
    FORMS.map((form) => openEvents(other, { roomId: room.id, form, token: dan.token })),
  );
  await Promise.all(streams.map((stream) => stream.first('live')));
  await other.close();
  await Promise.all(streams.map(({ ended }) => ended));
  for (const { events } of streams) expect(events.at(-1)).toMatchObject({ type: 'bye', code: 1001 });
});

/** Returns how many signs of life have arrived. */
