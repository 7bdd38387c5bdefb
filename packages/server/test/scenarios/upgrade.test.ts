/** Before anybody is known: what an upgrade request, and a socket without hello, may cost. */

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

describe('an upgrade that is refused', () => {
  it.each([
    ['a foreign origin', () => upgradeRequest('/v1/socket', { Origin: 'https://evil.example' }), 403],
    ['a path that is none', () => upgradeRequest('/v1/sockets'), 404],
    ['no token', () => upgradeRequest('/v1/rooms/1/ws'), 401],
    ['a key that is none', () => upgradeRequest('/v1/socket', { 'Sec-WebSocket-Key': 'short' }), 400],
    ['a version that is none', () => upgradeRequest('/v1/socket', { 'Sec-WebSocket-Version': '99' }), 400],
    ['another protocol', () => upgradeRequest('/v1/me', { Upgrade: 'h2c' }), 401],
  ])('is answered and let go, though its peer keeps the line open: %s', async (_name, request, status) => {
    const tcp = await openTcp(app);
    const answer = answerOf(tcp);
    tcp.write(request());
    expect(await answer).toBe(status);
    await expectCut(tcp);
  });

  it('gives a call that offers another protocol its answer, body and all', async () => {
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

describe('before hello', () => {
  it('[A1] more than a hello may have is not even gathered: its fragments end with 1009', async () => {
    const socket = await openRaw(app, '/v1/socket');
    socket.write(frame({ opcode: OPCODE.text, isFinal: false, payload: 'x'.repeat(HELLO_MAX_BYTES) }));
    socket.write(frame({ opcode: OPCODE.continuation, isFinal: false, payload: 'x'.repeat(1_024) }));
    expect(await socket.closeCode()).toBe(1009);
    socket.destroy();
  });

  it('[A1] pings do not stand for a hello, nor may they be many', async () => {
    const socket = await openRaw(app, '/v1/socket');
    const ping = frame({ opcode: OPCODE.ping, payload: 'x'.repeat(125) });
    socket.write(Buffer.concat(Array.from({ length: 40 }, () => ping)));
    expect(await socket.closeCode()).toBe(1009);
    socket.destroy();
  });

  it('[A1] what follows a hello in the same packet is no part of it', async () => {
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

  it('[A1] that have not said hello are capped, an IPv6 network like one address, and others are not', async () => {
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
    await until('they are counted out', () => strict.counts().sockets === 0);
    (await from('2001:db8::1')).destroy();
  });
});

/** The status of the first answer on a line. */
function answerOf(tcp: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    tcp.once('data', (chunk) => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(chunk.toString())?.[1])));
    tcp.once('close', () => reject(new Error('the line was cut without an answer')));
  });
}

/** The server has let go of a line that its peer keeps open: what is written now is refused. */
async function expectCut(tcp: Socket): Promise<void> {
  await until('the server lets go', () => {
    if (!tcp.destroyed) tcp.write('more');
    return tcp.destroyed;
  });
}
