import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../../test/harness/clock.ts';
import { until } from '../../../test/harness/wait.ts';
import { createHttpServer } from './server.ts';
import {
  ANSWER_STALL_MS,
  ANSWERS_NODE_MAX_BYTES,
  UnsentAnswers,
  WAITING_MAX_BYTES,
} from './unsent-answers.ts';

const MIB = 1024 * 1024;
const GET = 'GET / HTTP/1.1\r\nHost: banter\r\n\r\n';
/** More than the system takes for a peer that reads nothing. */
const LARGE = Buffer.alloc(16 * MIB, 'x');

let clock: ManualClock;
let unsent: UnsentAnswers;
let server: Server;
let peers: Socket[];
/** The responses whose requests have begun. */
let begun: ServerResponse[];

beforeEach(async () => {
  clock = createManualClock();
  unsent = new UnsentAnswers(clock);
  begun = [];
  peers = [];
  server = createHttpServer(
    (request, response) => {
      const address = request.headers['x-for'];
      if (typeof address === 'string') unsent.attribute(request.socket, address);
      begun.push(response);
    },
    { unsent, isProxy: () => false },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  for (const peer of peers) peer.destroy();
  unsent.stop();
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

/** Opens a connection that reads nothing, and sends requests. */
async function open(text = GET): Promise<Socket> {
  const peer = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  peers.push(peer);
  await once(peer, 'connect');
  const before = begun.length;
  peer.pause().write(text);
  await until('the first request has begun', () => begun.length > before);
  return peer;
}

const isCut = (response: ServerResponse | undefined) => response?.destroyed === true;

test('[B3] one request of a connection runs at a time, in order, and the rest waits', async () => {
  const peer = await open(GET.repeat(5));
  let text = '';
  peer.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  peer.resume();
  for (let i = 0; i < 5; i++) {
    await until(`request ${i} has begun`, () => begun.length === i + 1);
    expect(unsent.bytes > 0).toBe(i < 4);
    begun[i]?.end(`<${i}>`);
  }
  await until('all answers have arrived', () => text.includes('<4>'));
  expect(text.match(/<\d>/g)).toEqual(['<0>', '<1>', '<2>', '<3>', '<4>']);
  expect(unsent.bytes).toBe(0);
});

test('[B3] an unread answer lets no later request run, and is counted', async () => {
  await open(GET.repeat(30));
  begun[0]?.end(LARGE);
  await until('the answer is counted', () => unsent.bytes > LARGE.length / 2);
  expect(unsent.bytes).toBeLessThan(LARGE.length + WAITING_MAX_BYTES);
  expect(begun).toHaveLength(1);
});

test('[B3] a connection with too many waiting requests is cut', async () => {
  await open(GET.repeat(300));
  await until('it is cut', () => isCut(begun[0]));
  expect([begun.length, unsent.bytes]).toEqual([1, 0]);
});

test('[B3] a peer that takes nothing of its answer for 30 s is cut, and one that reads is not', async () => {
  const reader = await open();
  await open();
  for (const response of begun) response.end(LARGE);
  let read = 0;
  reader.on('data', (chunk: Buffer) => {
    read += chunk.length;
  });
  for (let ms = 0; ms <= ANSWER_STALL_MS; ms += 1_000) {
    const before = read;
    clock.advance(1_000);
    reader.resume();
    if (read < LARGE.length) await until('the reader has read more', () => read > before);
    reader.pause();
  }
  await until('the other is cut', () => isCut(begun[1]));
  reader.resume();
  await until('the reader has all', () => read > LARGE.length);
});

test('[B3] the network with most unsent bytes is cut first, and others keep their answers', async () => {
  const mine = await open(GET.replace('\r\n\r\n', '\r\nX-For: 192.0.2.1\r\n\r\n'));
  const forged = GET.replace('\r\n\r\n', '\r\nX-For: 198.51.100.7\r\n\r\n');
  const attackers = Math.ceil(ANSWERS_NODE_MAX_BYTES / (LARGE.length / 2));
  for (let i = 0; i < attackers; i++) await open(forged);
  const [first, ...others] = begun;
  // Larger than any answer of the attacker, whose answers are larger together.
  first?.end(Buffer.alloc(24 * MIB, 'x'));
  for (const response of others) response.end(LARGE);
  await until('some are cut', () => others.some(isCut));
  expect(unsent.bytes).toBeLessThanOrEqual(ANSWERS_NODE_MAX_BYTES);
  expect([isCut(first), mine.destroyed]).toEqual([false, false]);
});

test('a closed connection leaves nothing behind', async () => {
  const peer = await open(GET.repeat(3));
  peer.destroy();
  await until('it is forgotten', () => unsent.bytes === 0);
  expect(begun).toHaveLength(1);
});
