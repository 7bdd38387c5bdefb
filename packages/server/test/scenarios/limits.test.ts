/** Limits and rates, and that exceeding them affects nobody else. */

import { FRAME_MAX_BYTES, INVALID_MAX_PER_MINUTE, JSON_MAX_DEPTH, type Room } from '@banter/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { createManualClock } from '../harness/clock.ts';
import { ask } from '../harness/http.ts';
import { type At, newId, PASSWORD, type Person, person } from '../harness/people.ts';
import { type Collector, openSocket, roundTrip } from '../harness/socket.ts';

const clock = createTestClock();
let app: TestApp;
let ann: Person;
let bob: Person;
let room: At;
beforeAll(async () => {
  app = await startApp({ clock, env: { RATE_LIMITS: 'on' } });
  [ann, bob] = await Promise.all([person(app, 'ann'), person(app, 'bob')]);
  room = await ann.opens('lobby');
  await bob.joins(room);
  await bob.connects();
});
beforeEach(async () => {
  clock.advance(60_000);
  await ann.renews();
  await bob.renews();
  await ann.connects();
  await bob.connects();
});
afterAll(() => app.close());

describe('frames', () => {
  it('[L1] one byte over the limit closes with 1009, and other sockets stay open', async () => {
    const huge = await ann.connects();
    huge.send(padded(FRAME_MAX_BYTES));
    await huge.first('a refusal, not a close', ({ type }) => type === 'error');
    huge.send(padded(FRAME_MAX_BYTES + 1));
    expect((await huge.closed()).code).toBe(1009);
    const headers = { authorization: `Bearer ${ann.token}` };
    const plain = await openSocket(app, { path: `/v1/rooms/${room.id}/ws`, headers });
    plain.send('x'.repeat(FRAME_MAX_BYTES + 1));
    expect((await plain.closed()).code).toBe(1009);
    await expectLife();
  });

  const wrong = {
    'no JSON': 'hello',
    'half a JSON': '{"op":"send"',
    'a list': '[]',
    null: 'null',
    'no op': '{}',
    'an unknown op': '{"op":"fly"}',
    'an op of Object.prototype': '{"op":"constructor"}',
    'a missing field': '{"op":"send","id":"12345678"}',
    'a field of the wrong kind': '{"op":"typing","roomId":"1"}',
    'an unknown field': '{"op":"typing","roomId":1,"loud":true}',
    'a room beyond 2^53': '{"op":"typing","roomId":9007199254740993}',
    'a poisoned prototype': '{"op":"typing","roomId":1,"__proto__":{"admin":true}}',
    'nesting one too deep': `${'['.repeat(JSON_MAX_DEPTH + 1)}${']'.repeat(JSON_MAX_DEPTH + 1)}`,
    'nesting without end': '['.repeat(60_000),
  };
  it.each(Object.entries(wrong))('[L1] %s gets invalid', async (_name, frame) => {
    const socket = await ann.connects();
    socket.send(frame);
    expect(await socket.first('the answer', ({ type }) => type === 'error')).toMatchObject({
      code: 'invalid',
    });
    await roundTrip(socket);
    expect(socket.closing).toBeNull();
  });

  it('[L1] a binary frame is invalid, on both sockets', async () => {
    const headers = { authorization: `Bearer ${ann.token}` };
    const plain = await openSocket(app, { path: `/v1/rooms/${room.id}/ws`, headers });
    for (const socket of [await ann.connects(), plain]) {
      socket.ws.send(Buffer.from('{"op":"typing","roomId":1}'));
      expect(await socket.first('the answer', ({ type }) => type === 'error')).toMatchObject({
        code: 'invalid',
      });
    }
  });

  it('[L1] ten invalid frames within a minute close the socket; nine and a pause do not', async () => {
    const socket = await ann.connects();
    await offend(socket, INVALID_MAX_PER_MINUTE - 1);
    clock.advance(20_000);
    await roundTrip(socket);
    clock.advance(20_000);
    await roundTrip(socket);
    clock.advance(20_500);
    await roundTrip(socket);
    await offend(socket, INVALID_MAX_PER_MINUTE - 1);
    expect(socket.closing).toBeNull();
    await bob.connects();
    socket.send('no JSON');
    expect((await socket.closed()).code).toBe(4202);
    await expectLife();
  });

  it('[L1] the tenth binary frame within a minute closes the plain socket', async () => {
    const headers = { authorization: `Bearer ${ann.token}` };
    const plain = await openSocket(app, { path: `/v1/rooms/${room.id}/ws`, headers });
    await plain.first('live', ({ type }) => type === 'live');
    for (let i = 0; i < INVALID_MAX_PER_MINUTE; i++) plain.ws.send(Buffer.from('x'));
    expect((await plain.closed()).code).toBe(4202);
    expect(errorsOf(plain)).toBe(INVALID_MAX_PER_MINUTE);
    await expectLife();
  });

  it('[L1] invalid UTF-8 and endless fragments close only that socket', async () => {
    const broken = await ann.connects();
    broken.ws.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
    expect((await broken.closed()).code).toBe(1007);
    const endless = await ann.connects();
    for (let i = 0; i < 300; i++) endless.ws.send('x', { fin: false });
    expect((await endless.closed()).code).toBe(1008);
    await expectLife();
  });
});

describe('rates', () => {
  /** Does not move, so that buckets do not refill during the test. */
  const still = createManualClock();
  const post = (content: string) => cem.asks('POST', `/v1/rooms/${lobby.id}/messages`, { content });
  let strict: TestApp;
  let cem: Person;
  let lobby: At;
  beforeAll(async () => {
    strict = await startApp({ clock: still, env: { RATE_LIMITS: 'on' } });
    cem = await person(strict, 'cem');
    lobby = await cem.opens('lobby');
  });
  beforeEach(async () => {
    still.advance(60_000);
    await cem.renews();
    await cem.connects();
  });
  afterEach(() => cem.socket.ws.terminate());
  afterAll(() => strict.close());

  it('[L2] a paste of 60 lines passes', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => cem.tries(lobby, `pasted line ${i}`));
    expect(new Set((await Promise.all(lines)).map(({ type }) => type))).toEqual(new Set(['ok']));
  });

  it('[L2] above the rate, every door rejects sends with the time to wait, and the socket stays open', async () => {
    const lines = Array.from({ length: 900 }, (_, i) => cem.tries(lobby, `flood ${i}`));
    const refused = (await Promise.all(lines)).flatMap((reply) => (reply.type === 'error' ? [reply] : []));
    expect(refused[0]).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
    expect(cem.socket.closing).toBeNull();
    const posted = await post('by HTTP');
    expect(posted).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(Number(posted.headers.get('retry-after'))).toBeGreaterThan(0);
    still.advance(refused[0]?.retryAfterMs ?? 0);
    expect((await post('by HTTP')).status).toBe(201);
    expect((await post('by HTTP')).status).toBe(429);
  });

  it('[L2] on the plain socket each excess line is rejected, and the socket stays open', async () => {
    const headers = { authorization: `Bearer ${cem.token}` };
    const plain = await openSocket(strict, { path: `/v1/rooms/${lobby.id}/ws`, headers });
    for (let i = 0; i < 900; i++) plain.send(`flood ${i}`);
    await plain.until('every line is answered', () => errorsOf(plain) + plain.log(lobby.id).length === 900);
    expect(plain.events.find(({ type }) => type === 'error')).toMatchObject({
      code: 'rate_limited',
      retryAfterMs: expect.any(Number),
    });
    still.advance(5_000);
    plain.send('after the flood');
    await plain.first(
      'the last line',
      (event) => event.type === 'message' && event.content === 'after the flood',
    );
    plain.ws.terminate();
  });

  it('[L2] a socket with too many commands is told when to retry, and stays open', async () => {
    const eager = await bob.connects();
    for (let i = 0; i < 2_100; i++)
      eager.send({ op: 'unsubscribe', id: `eager-${String(i).padStart(6, '0')}`, roomId: 1 });
    await eager.until('every command is answered', () => eager.events.filter(isAnswer).length === 2_100);
    const refused = eager.events.filter(({ type }) => type === 'error');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
    expect(eager.closing).toBeNull();
    eager.ws.close();
  });

  it('[L3] joins, leaves and reactions in a loop end soon, over every door, and a muted person stays muted', async () => {
    const dan = await person(strict, 'dan');
    const { seq = 0 } = await cem.says(lobby, 'react to this');
    await dan.joins(lobby);
    await dan.connects();
    const before = (await cem.asks('GET', `/v1/rooms/${lobby.id}`)).body as Room;
    const path = `/v1/rooms/${lobby.id}/messages/${seq}/reactions/%F0%9F%91%8D`;
    for (let i = 0; i < 10; i++) {
      await dan.asks('PUT', path);
      await dan.socket.ask({ op: 'react', id: newId(), roomId: lobby.id, seq, emoji: '👍', on: false });
    }
    await cem.asks('PUT', `/v1/rooms/${lobby.id}/mutes/${dan.user.id}`, { until: '2199-01-01T00:00:00Z' });
    for (let i = 0; i < 10; i++) {
      await dan.leaves(lobby);
      await dan.asks('POST', `/v1/rooms/${lobby.id}/join`);
    }
    const after = (await cem.asks('GET', `/v1/rooms/${lobby.id}`)).body as Room;
    expect(after.head - before.head).toBeLessThan(16);
    still.advance(60_000);
    await dan.joins(lobby);
    expect(await dan.asks('PUT', path)).toMatchObject({ status: 403, body: { code: 'muted' } });
  });

  it('[G5] failed sign-ins delay even the right password, but not on a known device, and only for a time', async () => {
    const login = (password: string, headers: Record<string, string> = {}) =>
      ask(strict, 'POST', '/v1/auth/login', { headers, body: { login: 'cem', password } });
    const [cookie = ''] = (await login(PASSWORD)).headers
      .getSetCookie()
      .filter((text) => text.startsWith('banter_device_'));
    const statuses: number[] = [];
    for (let guess = 0; guess < 7; guess++)
      statuses.push((await login(`a wrong pass phrase ${guess}`)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const refused = await login(PASSWORD);
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited', retryAfterMs: 1_000 } });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect((await login(PASSWORD, { cookie: cookie.split(';')[0] ?? '' })).status).toBe(200);
    still.advance(1_000);
    expect((await login(PASSWORD)).status).toBe(200);
  });

  it('[G5] an unknown name is delayed like a known one', async () => {
    const login = (name: string) =>
      ask(strict, 'POST', '/v1/auth/login', { body: { login: name, password: 'a wrong pass phrase' } });
    const answers = async (name: string) => {
      const seen: unknown[] = [];
      for (let i = 0; i < 7; i++) {
        const { status, body } = await login(name);
        seen.push([status, { ...(body as object), requestId: '' }]);
      }
      return seen;
    };
    expect(await answers('nobody-of-that-name')).toEqual(await answers('cem'));
  });
});

/** Expects another socket to work as before. */
async function expectLife(): Promise<void> {
  const { seq } = await bob.says(room, 'still here');
  expect(seq).toBeGreaterThan(0);
  expect((await bob.asks('GET', '/v1/health')).status).toBe(200);
}

async function offend(socket: Collector, times: number): Promise<void> {
  const before = errorsOf(socket);
  for (let i = 0; i < times; i++) socket.send('no JSON');
  await socket.until('every offence is answered', () => errorsOf(socket) === before + times);
}

function errorsOf({ events }: Collector): number {
  return events.filter(({ type }) => type === 'error').length;
}

/** Returns a send frame of this many bytes. Its content is too long for a message. */
function padded(bytes: number): string {
  const empty = JSON.stringify({ op: 'send', id: 'padded-frame', roomId: room.id, content: '' });
  return empty.replace('""', `"${'x'.repeat(bytes - empty.length)}"`);
}

function isAnswer({ type }: { type: string }): boolean {
  return type === 'ok' || type === 'error';
}
