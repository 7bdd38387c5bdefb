/** Requests that a proxy and banter could read in two ways, sent as bytes. */

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { type Person, person } from '../harness/people.ts';
import { openTcp } from '../harness/raw-socket.ts';

let app: TestApp;
let ann: Person;
beforeAll(async () => {
  app = await startApp();
  ann = await person(app, 'ann');
});
afterAll(() => app.close());

const UPGRADE =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
const JSON_BODY = 'Content-Type: application/json\r\nContent-Length: 2\r\n';
const bearer = () => `Authorization: Bearer ${ann.token}\r\n`;

it.each([
  ['two hosts', () => 'GET /v1/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n'],
  ['one host twice', () => 'GET /v1/health HTTP/1.1\r\nHost: a\r\nhost: a\r\n'],
  ['no host', () => 'GET /v1/health HTTP/1.1\r\n'],
  ['a host with a space', () => 'GET /v1/health HTTP/1.1\r\nHost: a b\r\n'],
  ['another host in the target', () => 'GET http://b/v1/health HTTP/1.1\r\nHost: a\r\n'],
  [
    'two lengths',
    () => 'POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n',
  ],
  ['one length twice', () => `POST /v1/auth/login HTTP/1.1\r\nHost: a\r\n${JSON_BODY}Content-Length: 2\r\n`],
  ['two tokens', () => `GET /v1/me HTTP/1.1\r\nHost: a\r\n${bearer()}Authorization: Bearer x\r\n`],
  ['two types', () => `POST /v1/auth/login HTTP/1.1\r\nHost: a\r\n${JSON_BODY}Content-Type: text/plain\r\n`],
  ['an upgrade with two hosts', () => `GET /v1/socket HTTP/1.1\r\nHost: a\r\nHost: b\r\n${UPGRADE}`],
  ['an upgrade without a host', () => `GET /v1/socket HTTP/1.1\r\n${UPGRADE}`],
  [
    'an upgrade with two origins',
    () => `GET /v1/socket HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nOrigin: http://b\r\n${UPGRADE}`,
  ],
  [
    'an upgrade with two tokens',
    () => `GET /v1/rooms/1/ws HTTP/1.1\r\nHost: a\r\n${bearer()}${bearer()}${UPGRADE}`,
  ],
])('[L6] %s: 400, and the connection is closed', async (_name, head) => {
  const answer = await answerTo(`${head()}\r\n{}`);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

it('a request of HTTP/1.0 needs no Host', async () => {
  expect(await answerTo('GET /v1/health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
});

/** Sends bytes, and returns everything that arrives until the server ends the connection. */
async function answerTo(bytes: string): Promise<string> {
  const tcp = await openTcp(app);
  let text = '';
  const ended = new Promise((resolve) => tcp.once('end', resolve));
  tcp.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  tcp.write(bytes);
  await ended;
  tcp.destroy();
  return text;
}
