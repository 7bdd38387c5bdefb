/** The cost of upgrade requests and of sockets without a hello. */

import type { Socket } from 'node:net';
import { HELLO_MAX_BYTES } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STRANGERS_MAX } from '../../src/doors/socket-counts.ts';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { type Person, person } from '../harness/people.ts';
import { frame, OPCODE, openRaw, openTcp, type RawSocket, upgradeRequest } from '../harness/raw-socket.ts';
import { until } from '../harness/wait.ts';

const clock = createTestClock();
let app: TestApp;
let ann: Person;
beforeAll(async () => {
  app = await startApp({ clock });
  ann = await person(app, 'ann');
});
afterAll(() => app.close());

describe('a rejected upgrade', () => {
  it.each([
    ['a foreign origin', () => upgradeRequest('/v1/socket', { Origin: 'https://evil.example' }), 403],
    ['an unknown path', () => upgradeRequest('/v1/sockets'), 404],
    ['no token', () => upgradeRequest('/v1/rooms/1/ws'), 401],
    ['an empty cursor', () => upgradeRequest('/v1/rooms/1/ws?after='), 400],
    ['a cursor with an exponent', () => upgradeRequest('/v1/rooms/1/ws?after=1e1'), 400],
    ['two cursors', () => upgradeRequest('/v1/rooms/1/ws?after=1&after=2'), 400],
    ['an unknown parameter', () => upgradeRequest('/v1/rooms/1/ws?before=1'), 400],
    ['a body', () => upgradeRequest('/v1/socket', { 'Content-Length': '4' }), 400],
    ['a body in chunks', () => upgradeRequest('/v1/socket', { 'Transfer-Encoding': 'chunked' }), 400],
    ['an invalid key', () => upgradeRequest('/v1/socket', { 'Sec-WebSocket-Key': 'short' }), 400],
    ['an invalid version', () => upgradeRequest('/v1/socket', { 'Sec-WebSocket-Version': '99' }), 400],
    ['another protocol', () => upgradeRequest('/v1/me', { Upgrade: 'h2c' }), 401],
  ])(
    'is answered and closed, even if its peer keeps the connection open: %s',
    async (_name, request, status) => {
      const tcp = await openTcp(app);
      const answer = answerOf(tcp);
      tcp.write(request());
      expect(await answer).toBe(status);
      await expectCut(tcp);
    },
  );

  it('does not affect a call that offers another protocol: it is answered, with its body', async () => {
    const tcp = await openTcp(app);
    const answer = answerOf(tcp);
    const body = JSON.stringify({ login: 'ann', password: 'wrong pass phrase' });
    tcp.write(
      `POST /v1/auth/login HTTP/1.1\r\nHost: banter\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(await answer).toBe(401);
    tcp.destroy();
  });
});

describe('[H3] a request for a socket without a working upgrade', () => {
  const head = (first: string, ...lines: string[]) =>
    `${[first, 'Host: banter', ...lines].join('\r\n')}\r\n\r\n`;
  const SOCKET = 'GET /v1/socket HTTP/1.1';
  const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket'];
  it.each([
    ['none', head(SOCKET), 'no Upgrade header'],
    ['none, for a room', head('GET /v1/rooms/1/ws?ticket=x HTTP/1.1'), 'no Upgrade header'],
    ['only Connection', head(SOCKET, 'Connection: Upgrade'), 'no Upgrade header'],
    ['only Upgrade', head(SOCKET, 'Upgrade: websocket'), 'Connection header does not name Upgrade'],
    ['Connection: close', head(SOCKET, 'Upgrade: websocket', 'Connection: close'), 'Connection header'],
    ['another protocol', head(SOCKET, 'Connection: Upgrade', 'Upgrade: h2c'), 'no Upgrade header'],
    ['HTTP/1.0', head('GET /v1/socket HTTP/1.0', ...UPGRADE), 'HTTP/1.0'],
    ['POST', head('POST /v1/socket HTTP/1.1', 'Content-Length: 0'), 'begins with GET'],
    [
      'POST with an upgrade',
      head('POST /v1/socket HTTP/1.1', 'Content-Length: 0', ...UPGRADE),
      'begins with GET',
    ],
  ])('gets 426, and words about the proxy: %s', async (_name, request, reason) => {
    const tcp = await openTcp(app);
    let text = '';
    tcp.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    tcp.write(request);
    await until('the whole answer', () => /\r\n\r\n\{.*\}/s.test(text));
    tcp.destroy();
    expect(text).toMatch(/^HTTP\/1\.1 426 /);
    expect(text).toMatch(/\r\nupgrade: websocket\r\n/i);
    expect(text).toMatch(/\r\nconnection: upgrade(?:, close)?\r\n/i);
    const problem = JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as object;
    expect(problem).toMatchObject({ code: 'upgrade_required', detail: expect.stringContaining(reason) });
    expect(problem).toMatchObject({ detail: expect.stringContaining('proxy_set_header Upgrade') });
  });
});

describe('before hello', () => {
  it('[A1] fragments above the size of a hello are not buffered, and close with 1009', async () => {
    const socket = await openRaw(app, '/v1/socket');
    socket.write(frame({ opcode: OPCODE.text, isFinal: false, payload: 'x'.repeat(HELLO_MAX_BYTES) }));
    socket.write(frame({ opcode: OPCODE.continuation, isFinal: false, payload: 'x'.repeat(1_024) }));
    expect(await socket.closeCode()).toBe(1009);
    socket.destroy();
  });

  it('[A1] pings do not replace a hello, and are limited', async () => {
    const socket = await openRaw(app, '/v1/socket');
    const ping = frame({ opcode: OPCODE.ping, payload: 'x'.repeat(125) });
    socket.write(Buffer.concat(Array.from({ length: 40 }, () => ping)));
    expect(await socket.closeCode()).toBe(1009);
    socket.destroy();
  });

  it('[A1] frames after a hello in the same packet do not count towards its size', async () => {
    const socket = await openRaw(app, '/v1/socket');
    const text = (payload: string) => frame({ opcode: OPCODE.text, payload });
    const command = text(`{"op":"unsubscribe","id":"behind-hello","roomId":1}${' '.repeat(8_000)}`);
    socket.write(Buffer.concat([text(JSON.stringify({ op: 'hello', token: ann.token })), command]));
    await socket.first('the answer', ({ payload }) => payload.includes('"id":"behind-hello"'));
    socket.destroy();
  });
});

describe('sockets of one address', () => {
  let strict: TestApp;
  let bob: Person;
  beforeAll(async () => {
    strict = await startApp({ env: { RATE_LIMITS: 'on', TRUST_PROXY: 'loopback' } });
    bob = await person(strict, 'bob');
  });
  afterAll(() => strict.close());
  const from = (address: string) => openRaw(strict, '/v1/socket', { 'X-Forwarded-For': address });

  it('[A1] without a hello are capped, per address and per IPv6 network; others are not', async () => {
    const silent: RawSocket[] = [];
    while (silent.length < STRANGERS_MAX) {
      const some = Array.from({ length: 50 }, (_, i) =>
        from(`2001:db8::${(silent.length + i + 1).toString(16)}`),
      );
      silent.push(...(await Promise.all(some)));
    }
    await expect(from('2001:db8::ffff:1')).rejects.toThrow(/429/);
    (await from('2001:db8:0:1::1')).destroy();
    const hello = JSON.stringify({ op: 'hello', token: bob.token, rooms: [] });
    silent[0]?.write(frame({ opcode: OPCODE.text, payload: hello }));
    await silent[0]?.first('welcome', ({ payload }) => payload.includes('"welcome"'));
    (await from('2001:db8::ffff:1')).destroy();
    for (const socket of silent) socket.destroy();
    await until('they are no longer counted', () => strict.counts().sockets === 0);
    (await from('2001:db8::1')).destroy();
  });
});

/** Returns the status of the first answer on a connection. */
function answerOf(tcp: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    tcp.once('data', (chunk) => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(chunk.toString())?.[1])));
    tcp.once('close', () => reject(new Error('the line was cut without an answer')));
  });
}

/** Waits until the server has closed a connection that its peer keeps open: a write then fails. */
async function expectCut(tcp: Socket): Promise<void> {
  await until('the server closes it', () => {
    if (!tcp.destroyed) tcp.write('more');
    return tcp.destroyed;
  });
}
