/** Rate limits of an address: which one is counted, behind a proxy and without one. */

import { afterEach, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../harness/app.ts';
import { ask } from '../harness/http.ts';
import { PASSWORD } from '../harness/people.ts';
import { refusalOf } from '../harness/socket.ts';

describe('addresses', () => {
  /** Every header in which proxies report the client's address. */
  const forged = (i: number) => ({
    'x-forwarded-for': `198.51.100.${i}`,
    forwarded: `for=198.51.100.${i}`,
    'x-real-ip': `198.51.100.${i}`,
    'cf-connecting-ip': `198.51.100.${i}`,
    'true-client-ip': `198.51.100.${i}`,
  });
  const FEW = {
    RATE_VISIT: '3/0.001',
    RATE_LOGIN: '3/0.001',
    RATE_REGISTER: '3/0.001',
    RATE_SOCKETS: '3/0.001',
  };
  let guarded: TestApp;
  afterEach(() => guarded.close());

  const attempts: [string, (headers: Record<string, string>) => Promise<number>][] = [
    ['calls', async (headers) => (await ask(guarded, 'GET', '/v1/server', { headers })).status],
    [
      'sign-ins',
      async (headers) =>
        (await ask(guarded, 'POST', '/v1/auth/login', { headers, body: { login: 'x', password: PASSWORD } }))
          .status,
    ],
    [
      'registrations',
      async (headers) =>
        (await ask(guarded, 'POST', '/v1/auth/register', { headers, body: { username: '!', password: 'x' } }))
          .status,
    ],
    ['sockets', async (headers) => (await refusalOf(guarded, { path: '/v1/nowhere', headers })).status],
  ];
  it.each(attempts)(
    '[G4] for %s, a forged header does not change the client’s address',
    async (_what, attempt) => {
      guarded = await startApp({ env: { RATE_LIMITS: 'on', ...FEW } });
      const statuses: number[] = [];
      for (let i = 1; i <= 5; i++) statuses.push(await attempt(forged(i)));
      expect(statuses.map((status) => status === 429)).toEqual([false, false, false, true, true]);
    },
  );

  it('[G4] behind a trusted proxy each client has its own address, and cannot forge another', async () => {
    guarded = await startApp({ env: { RATE_LIMITS: 'on', TRUST_PROXY: 'loopback', ...FEW } });
    const asks = async (chain: string) =>
      (await ask(guarded, 'GET', '/v1/server', { headers: { 'x-forwarded-for': chain } })).status;
    for (let i = 1; i <= 3; i++) expect(await asks(`192.0.2.${i}, 198.51.100.7`)).toBe(200);
    expect(await asks('192.0.2.4, 198.51.100.7')).toBe(429);
    expect(await asks('198.51.100.8')).toBe(200);
  });
});
