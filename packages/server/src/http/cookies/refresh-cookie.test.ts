import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveRoutes, type TestRoutes } from '../../../test/harness/routes.ts';
import { SESSION_MAX_MS } from '../../chat/sign-in/sessions.ts';
import { readDeviceCookie, setDeviceCookie } from './device-cookie.ts';
import {
  clearEarlierCookie,
  clearRefreshCookie,
  readRefreshCookie,
  setRefreshCookie,
} from './refresh-cookie.ts';

const TOKEN = 'aB3_-'.repeat(8);

type Answer = { cookies: string[]; body: unknown };

/** Asks for a route at a Host, with a Cookie. */
function ask(routes: TestRoutes, route: string, Host: string, Cookie = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(`${routes.url}${route}`, { headers: { Host, Cookie } }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () =>
        resolve({
          cookies: response.headers['set-cookie'] ?? [],
          body: text === '' ? null : JSON.parse(text),
        }),
      );
    });
    asked.on('error', reject).end();
  });
}

const served: Record<'plain' | 'tls', TestRoutes> = {} as never;
beforeAll(async () => {
  for (const [over, isSecure] of [
    ['plain', false],
    ['tls', true],
  ] as const) {
    served[over] = await serveRoutes((app) => {
      app.get('/set', (c) => {
        setRefreshCookie(c, TOKEN);
        setDeviceCookie(c, 'mark');
        return c.body(null);
      });
      app.get('/clear', (c) => {
        clearRefreshCookie(c);
        return c.body(null);
      });
      app.get('/clear-earlier', (c) => {
        clearEarlierCookie(c);
        return c.body(null);
      });
      app.get('/read', (c) => c.json([readRefreshCookie(c) ?? null, readDeviceCookie(c) ?? null]));
    }, isSecure);
  }
});
afterAll(() => Promise.all([served.plain.close(), served.tls.close()]));

describe.each([
  { over: 'plain', host: 'a.example', refresh: 'banter_refresh_80', device: 'banter_device_80' },
  { over: 'plain', host: 'a.example:8080', refresh: 'banter_refresh_8080', device: 'banter_device_8080' },
  { over: 'plain', host: '[::1]:9000', refresh: 'banter_refresh_9000', device: 'banter_device_9000' },
  { over: 'tls', host: 'a.example', refresh: '__Host-banter_refresh', device: '__Host-banter_device' },
  { over: 'tls', host: 'a.example:443', refresh: '__Host-banter_refresh', device: '__Host-banter_device' },
  {
    over: 'tls',
    host: 'a.example:8443',
    refresh: '__Host-banter_refresh_8443',
    device: '__Host-banter_device_8443',
  },
] as const)('over $over at $host', ({ over, host, refresh, device }) => {
  const path = over === 'tls' ? '/' : '/v1/auth';
  const earlier = over === 'tls' ? '__Host-banter_refresh' : 'banter_refresh';

  test('scripts and other sites cannot read the token, and the name carries the port', async () => {
    const { cookies } = await ask(served[over], '/set', host);
    const [pair, ...attributes] = (cookies[0] ?? '').split('; ');
    expect(pair).toBe(`${refresh}=${TOKEN}`);
    const expected = [`Max-Age=${SESSION_MAX_MS / 1_000}`, `Path=${path}`, 'HttpOnly', 'SameSite=Strict'];
    expect(attributes.sort()).toEqual([...expected, ...(over === 'tls' ? ['Secure'] : [])].sort());
    expect(cookies[1]).toContain(`${device}=mark; `);
  });

  test('the cookie is cleared under the same name and path', async () => {
    const { cookies } = await ask(served[over], '/clear', host);
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toContain(`${refresh}=; Max-Age=0; Path=${path}; `);
  });

  test('the cookie is read back, and those of other ports are ignored', async () => {
    const read = async (cookie: string) => (await ask(served[over], '/read', host, cookie)).body;
    expect(await read(`a=b; ${refresh}=${TOKEN}; ${device}=mark`)).toEqual([TOKEN, 'mark']);
    expect(await read(`${earlier}_1=${TOKEN}; banter_device_1=mark`)).toEqual([null, null]);
  });

  test('the cookie of an earlier version is read, and deleted only when it was needed', async () => {
    expect((await ask(served[over], '/read', host, `${earlier}=${TOKEN}`)).body).toEqual([TOKEN, null]);
    const both = await ask(served[over], '/clear-earlier', host, `${earlier}=x; ${refresh}=${TOKEN}`);
    expect(both.cookies).toEqual([]);
    const alone = await ask(served[over], '/clear-earlier', host, `${earlier}=${TOKEN}`);
    expect(alone.cookies).toHaveLength(earlier === refresh ? 0 : 1);
    if (earlier !== refresh) expect(alone.cookies[0]).toContain(`${earlier}=; Max-Age=0; Path=${path}; `);
  });
});
