/** Peers that are slow on purpose or announce too much: each is disconnected, and costs little until then. */

import type { Socket } from 'node:net';
import { FRAME_MAX_BYTES } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNFINISHED_NODE_MAX_BYTES } from '../../src/doors/unfinished-messages.ts';
import { startApp, type TestApp } from '../harness/app.ts';
import { type At, type Person, person } from '../harness/people.ts';
import { frame, OPCODE, openRaw, openTcp } from '../harness/raw-socket.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';

/** Short timeouts, so that the tests do not wait for the usual ones. */
const LIMITS = {
  headersTimeout: 150,
  requestTimeout: 300,
  keepAliveTimeout: 200,
  connectionsCheckingInterval: 50,
};

describe('slow requests', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ httpLimits: LIMITS });
  });
  afterAll(() => app.close());

  it.each([
    ['nothing at all', '', ''],
    ['an endless head', 'GET /v1/health HTTP/1.1\r\nHost: banter\r\n', 'X-More: 1\r\n'],
    [
      'a body that never arrives',
      'POST /v1/auth/login HTTP/1.1\r\nHost: banter\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n',
      ' ',
    ],
    [
      'endless chunks',
      'POST /v1/auth/login HTTP/1.1\r\nHost: banter\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
      '1\r\n \r\n',
    ],
    [
      'an incomplete upgrade',
      'GET /v1/socket HTTP/1.1\r\nHost: banter\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n',
      'X-More: 1\r\n',
    ],
    [
      'an offer of another protocol with a slow body',
      'POST /v1/auth/login HTTP/1.1\r\nHost: banter\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n',
      ' ',
    ],
  ])('%s ends with 408, even if a few bytes arrive again and again', async (_name, begin, more) => {
    const tcp = await openTcp(app);
    tcp.write(begin);
    const drip = setInterval(() => tcp.write(more), 40);
    const answer = await untilEnd(tcp);
    clearInterval(drip);
    tcp.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('an idle connection is closed', async () => {
    const tcp = await openTcp(app);
    tcp.write('GET /v1/health HTTP/1.1\r\nHost: banter\r\n\r\n');
    expect(await untilEnd(tcp)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('an open socket is exempt: its heartbeat watches it', async () => {
    const ann = await person(app, 'ann');
    const live = await ann.connects([]);
    const idle = await openTcp(app);
    await untilEnd(idle);
    expect(live.closing).toBeNull();
    live.ws.terminate();
  });
});

describe('peers that announce too much', () => {
  const ATTACKERS = 200;
  const KIB = 1024;
  /** The memory of heap and buffers per attacker: the frame that it has not finished, and its socket. */
  const ATTACKER_MAX_BYTES = FRAME_MAX_BYTES + 64 * KIB;

  let server: TestServer;
  let ann: Person;
  let room: At;
  beforeAll(async () => {
    server = await startServer({ hasProbe: true });
    ann = await person(server, 'ann');
    room = await ann.opens('lobby');
  });
  afterAll(() => server.close());

  const begin = (payload: string) => frame({ opcode: OPCODE.text, isFinal: false, payload });
  const go = frame({ opcode: OPCODE.continuation, isFinal: false, payload: 'x' });
  it.each([
    [
      'the largest frame without the last byte',
      frame({ opcode: OPCODE.text, payload: 'x'.repeat(FRAME_MAX_BYTES) }).subarray(0, -1),
    ],
    ['100 MiB, and 60 KiB of them', Buffer.concat([claim(100n * 1024n * 1024n), Buffer.alloc(60 * KIB)])],
    ['2^63 bytes, and 60 KiB of them', Buffer.concat([claim(2n ** 63n), Buffer.alloc(60 * KIB)])],
    ['250 fragments without a final one', Buffer.concat([begin('x'), ...new Array<Buffer>(249).fill(go)])],
    ['thousands of tiny fragments', Buffer.concat([begin('x'), ...new Array<Buffer>(5_000).fill(go)])],
  ])(`[L1] %s: ${ATTACKERS} attackers cost little`, async (name, bytes) => {
    const before = await server.probe({ gc: true });
    const headers = { Authorization: `Bearer ${ann.token}` };
    const attackers = await Promise.all(
      Array.from({ length: ATTACKERS }, () => openRaw(server, `/v1/rooms/${room.id}/ws`, headers, bytes)),
    );
    await ann.posts(room, name);
    const after = await server.probe({ gc: true });
    const each = Math.round((after.heapBytes - before.heapBytes) / ATTACKERS);
    process.stdout.write(`${name}: ${(each / KIB).toFixed(1)} KiB each\n`);
    for (const attacker of attackers) attacker.destroy();
    expect(each).toBeLessThan(ATTACKER_MAX_BYTES);
  });

  it.each(['/v1/socket', 'the plain socket'])(
    '[B3] unfinished messages on %s are cut above the bound of the node',
    async (path) => {
      const headers = { Authorization: `Bearer ${ann.token}` };
      const plain = `/v1/rooms/${room.id}/ws`;
      const hello = frame({
        opcode: OPCODE.text,
        payload: JSON.stringify({ op: 'hello', token: ann.token }),
      });
      const half = begin('x'.repeat(FRAME_MAX_BYTES - 10));
      const count = Math.ceil(UNFINISHED_NODE_MAX_BYTES / FRAME_MAX_BYTES) + 50;
      const attackers = await Promise.all(
        Array.from({ length: count }, () =>
          path === '/v1/socket'
            ? openRaw(server, path, { 'Sec-WebSocket-Protocol': 'banter.v1' }, hello)
            : openRaw(server, plain, headers),
        ),
      );
      if (path === '/v1/socket')
        await Promise.all(
          attackers.map((each) => each.first('welcome', ({ payload }) => payload.includes('welcome'))),
        );
      for (const attacker of attackers) attacker.write(half);
      await until('some are cut', () => attackers.some(({ isEnded }) => isEnded));
      expect(attackers.filter(({ isEnded }) => !isEnded).length).toBeGreaterThan(100);
      for (const attacker of attackers) attacker.destroy();
      await ann.posts(room, 'still here');
    },
  );
});

function claim(claimedBytes: bigint): Buffer {
  return frame({ opcode: OPCODE.text, claimedBytes, lengthBits: 64 });
}

/** Returns all bytes of a connection until the server ends it. */
function untilEnd(tcp: Socket): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    tcp.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
    });
    tcp.once('end', () => resolve(said)).once('close', () => resolve(said));
  });
}
