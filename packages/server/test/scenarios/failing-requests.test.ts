/** Requests that fail before a sign-in: they spend a bucket of their address, and hurt nobody who shares it. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { ask, call } from '../harness/http.ts';
import { type Person, person } from '../harness/people.ts';
import { openTcp } from '../harness/raw-socket.ts';

const FAILURES = 6;
const PASSWORD = 'a long pass phrase';

let app: TestApp;
let ann: Person;
beforeAll(async () => {
  app = await startApp({ env: { RATE_LIMITS: 'on', RATE_FAILURES: `${FAILURES}/0.001` } });
  ann = await person(app, 'ann');
});
afterAll(() => app.close());

const forged = () => `${ann.token.slice(0, -4)}AAAA`;
const TWO_HOSTS = 'GET /v1/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n';

/** Requests that always fail, whoever sends them. */
const FAILING: [string, () => Promise<number>, number][] = [
  ['an unknown path', async () => (await ask(app, 'GET', `/v1/${'x'.repeat(500)}`)).status, 404],
  ['an unknown path of the page', async () => (await ask(app, 'GET', '/wp-login.php')).status, 404],
  ['an unknown method', async () => (await ask(app, 'DELETE', '/v1/server')).status, 404],
  ['no token', async () => (await ask(app, 'GET', '/v1/me')).status, 401],
  ['a forged token', async () => (await ask(app, 'GET', '/v1/me', { token: forged() })).status, 401],
  ['two hosts', () => statusOf(TWO_HOSTS), 400],
];

describe('[L5] requests that fail before a sign-in', () => {
  it('are answered in words, until their address has spent its bucket', async () => {
    for (const [name, send, status] of FAILING) expect([name, await send()]).toEqual([name, status]);
    for (const [name, send] of FAILING) expect([name, await send()]).toEqual([name, 429]);
  });

  it('say when to try again', async () => {
    const { headers, body } = await ask(app, 'GET', '/v1/nothing');
    expect(body).toMatchObject({ code: 'rate_limited', requestId: headers.get('x-request-id') });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('do not hurt people who share the address', async () => {
    const token = await call<{ token: string }>(app, 'POST', '/v1/tokens', {
      token: ann.token,
      body: { name: 'ci', scopes: ['read'] },
    });
    const { ticket } = await call<{ ticket: string }>(app, 'POST', '/v1/tickets', { token: ann.token });
    const room = await ann.opens('lobby');
    const fresh = { username: 'bob', password: PASSWORD };
    const accept = { accept: 'application/x-ndjson' };
    const answers = [
      await ask(app, 'GET', '/v1/me', { token: ann.token }),
      await ask(app, 'HEAD', '/v1/me', { token: ann.token }),
      await ask(app, 'GET', '/v1/me', { token: token.token }),
      await ask(app, 'GET', `/v1/rooms/${room.id}/events?ticket=${ticket}`, { headers: accept }),
      await ask(app, 'GET', '/v1/ready'),
      await ask(app, 'GET', '/v1/server?any=thing'),
      await ask(app, 'GET', '/metrics'),
      await ask(app, 'GET', '/'),
      await ask(app, 'POST', '/v1/auth/register', { body: fresh }),
      await ask(app, 'POST', '/v1/auth/login', { body: { login: 'bob', password: PASSWORD } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 200, 200, 201, 200]);
  });
});

/** Sends bytes on a connection of their own, and returns the status of the answer. */
async function statusOf(request: string): Promise<number> {
  const tcp = await openTcp(app);
  const answer = new Promise<string>((resolve) =>
    tcp.once('data', (chunk: Buffer) => resolve(chunk.toString())),
  );
  tcp.write(request);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(await answer)?.[1]);
  tcp.destroy();
  return status;
}
