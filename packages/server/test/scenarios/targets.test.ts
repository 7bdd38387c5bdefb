/** Malformed request lines: the process survives and answers each of them. */

import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

const WEBSOCKET = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
];
const TARGETS = [
  '//',
  '///',
  '/\\',
  '//v1/socket',
  'http://[',
  'http://',
  '*',
  '/%',
  '/%00',
  '/%ff',
  '/v1/../v1/socket/..',
  '/v1/rooms/1e9/ws',
];

/** Sends a raw request. Returns the first line of the answer; empty if the connection ends without one. */
function firstLine(lines: string[]): Promise<string> {
  const { hostname, port } = new URL(app.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
    socket.on('data', (chunk) => {
      answer += chunk;
      if (answer.includes('\r\n')) socket.destroy();
    });
    socket.on('close', () => resolve(answer.split('\r\n')[0] ?? ''));
    socket.on('error', reject);
  });
}

async function isAlive(): Promise<boolean> {
  return (await fetch(`${app.url}/v1/health`)).ok;
}

test.each(TARGETS)('[A1] an upgrade of %s is rejected, and affects nobody else', async (target) => {
  expect(await firstLine([`GET ${target} HTTP/1.1`, 'Host: localhost', ...WEBSOCKET])).toMatch(
    /^HTTP\/1\.1 4\d\d /,
  );
  expect(await isAlive()).toBe(true);
});

test.each(TARGETS)('a request for %s is rejected, and affects nobody else', async (target) => {
  expect(await firstLine([`GET ${target} HTTP/1.1`, 'Host: localhost'])).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(await isAlive()).toBe(true);
});

test.each(['h2c', 'TLS/1.0', 'nonsense'])(
  'an offer to upgrade to %s is ignored and answered in HTTP/1.1',
  async (protocol) => {
    const offer = ['Connection: Upgrade', `Upgrade: ${protocol}`];
    expect(await firstLine(['GET /v1/health HTTP/1.1', 'Host: localhost', ...offer])).toBe('HTTP/1.1 200 OK');
    expect(await isAlive()).toBe(true);
  },
);
