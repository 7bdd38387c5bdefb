/** Opening a socket: origins, the first frame, and hello in time. */

import { HELLO_MAX_BYTES, HELLO_TIMEOUT_MS } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestClock, startApp, type TestApp } from '../harness/app.ts';
import { type Person, person } from '../harness/people.ts';
import { openSocket, refusalOf, roundTrip, signIn } from '../harness/socket.ts';
import { openSql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';

const clock = createTestClock();
let app: TestApp;
let ann: Person;
beforeAll(async () => {
  app = await startApp({ clock });
  ann = await person(app, 'ann');
});
afterAll(() => app.close());

describe('opening a socket', () => {
  it('[A1] twelve forged origins are rejected with 403 before the upgrade', async () => {
    const { port } = new URL(app.url);
    const forged = [
      'null',
      'https://evil.example',
      'http://127.0.0.1',
      `http://127.0.0.1:${Number(port) - 1}`,
      `http://127.0.0.1:${port}0`,
      `http://127.0.0.1:${port}.evil.example`,
      `http://127.0.0.1:${port}@evil.example`,
      `http://evil.example:${port}`,
      `http://localhost:${port}`,
      `http://127.0.0.1:${port}/`,
      `ftp://127.0.0.1:${port}`,
      `HTTP://127.0.0.1:${port}`,
    ];
    for (const origin of forged) {
      for (const path of ['/v1/socket', '/v1/rooms/1/ws']) {
        const { status, problem } = await refusalOf(app, { path, origin });
        expect([origin, status, problem.code]).toEqual([origin, 403, 'forbidden']);
      }
    }
  });

  it('[A1] a request without an origin, or from our own, can open a socket', async () => {
    for (const options of [{}, { origin: app.url }]) {
      const socket = await signIn(app, ann.token, [], options);
      socket.ws.terminate();
    }
  });

  it('[A1] with ALLOWED_ORIGINS, exactly those origins can open a socket', async () => {
    const listed = await startApp({ env: { ALLOWED_ORIGINS: 'https://chat.example.net' } });
    const { ws } = await openSocket(listed, { origin: 'https://chat.example.net' });
    ws.terminate();
    const near = [
      'https://chat.example.net.evil.example',
      'https://evil-chat.example.net',
      'https://example.net',
      'http://chat.example.net',
      'wss://chat.example.net',
      'https://chat.example.net:444',
      'https://chat.example.net:443',
      'https://chat.example.net.',
      'https://chat.example.net/',
      'https://CHAT.example.net',
      'https://user@chat.example.net',
      'https://chat.example.net@evil.example',
      'https://chat.xn--exmple-4nf.net',
      'https://chat.example.net https://evil.example',
      'https://chat.example.net, https://chat.example.net',
      'null',
    ];
    for (const origin of [...near, listed.url]) {
      expect((await refusalOf(listed, { origin })).status).toBe(403);
    }
    await listed.close();
  });

  it('[A1] a socket without hello is closed after 5 s', async () => {
    const silent = await openSocket(app);
    clock.advance(4_000);
    const other = await signIn(app, ann.token, []);
    await roundTrip(other);
    expect(silent.closing).toBeNull();
    clock.advance(2_500);
    expect((await silent.closed()).code).toBe(4101);
    other.ws.terminate();
  });

  it('[A1] [S6] a hello that waits for the store counts as in time: its socket stays and is welcomed', async () => {
    const other = await openSql(app.databaseUrl);
    await other.rows('BEGIN');
    await other.rows('LOCK TABLE sessions');
    const socket = await openSocket(app);
    socket.send(hello(ann.token));
    const outside = await openSql(app.databaseUrl);
    await until('the hello waits for the store', async () => {
      const waiting = "wait_event_type = 'Lock' AND query LIKE '%sessions%'";
      return (await outside.rows(`SELECT 1 FROM pg_stat_activity WHERE ${waiting}`)).length > 0;
    });
    clock.advance(HELLO_TIMEOUT_MS + 1_000);
    await other.rows('COMMIT');
    await socket.first('welcome', ({ type }) => type === 'welcome');
    socket.ws.terminate();
    await Promise.all([other.close(), outside.close()]);
  });

  const hello = (token: string) => JSON.stringify({ op: 'hello', token });
  it.each([
    ['another command', () => '{"op":"typing","roomId":1}', 4101],
    ['text that is not JSON', () => 'hello', 4101],
    ['a frame larger than a hello', () => hello('x'.repeat(HELLO_MAX_BYTES)), 1009],
    ['a malformed token', () => hello('not.a.token'), 4100],
    ['a token without a signature', () => hello(ann.token.replace(/\.[^.]*$/, '.')), 4100],
    ['a token with the algorithm none', () => hello(unsigned(ann.token)), 4100],
  ])('[A1] %s as the first frame closes the socket', async (_name, frame, code) => {
    const socket = await openSocket(app);
    socket.send(frame());
    expect((await socket.closed()).code).toBe(code);
    expect(socket.events.map(({ type }) => type)).toEqual(['bye']);
  });
});

/** Opens a room of Ann's with Bob as a member. Its head is 2. */

/** Returns the token's claims under a header that names no signature algorithm. */
function unsigned(token: string): string {
  const header = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  return `${header}.${token.split('.')[1]}.`;
}
