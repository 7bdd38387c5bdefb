import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveRoutes, type TestRoutes } from '../../../test/harness/routes.ts';
import { SESSION_MAX_MS } from '../../chat/sign-in/sessions.ts';
import { clearRefreshCookie, readRefreshCookie, setRefreshCookie } from './refresh-cookie.ts';

const TOKEN = 'aB3_-'.repeat(8);

describe.each([
  {
    over: 'plain HTTP',
    isSecure: false,
    name: 'banter_refresh',
    other: '__Host-banter_refresh',
    path: '/v1/auth',
  },
  { over: 'TLS', isSecure: true, name: '__Host-banter_refresh', other: 'banter_refresh', path: '/' },
])('over $over', ({ isSecure, name, other, path }) => {
  let routes: TestRoutes;
  beforeAll(async () => {
    routes = await serveRoutes((app) => {
      app.get('/set', (c) => {
        setRefreshCookie(c, TOKEN);
        return c.body(null);
      });
      app.get('/clear', (c) => {
        clearRefreshCookie(c);
        return c.body(null);
      });
      app.get('/read', (c) => c.json({ token: readRefreshCookie(c) ?? null }));
    }, isSecure);
  });
  afterAll(() => routes.close());

  async function cookieOf(route: string): Promise<string[]> {
    const response = await fetch(`${routes.url}${route}`);
    return (response.headers.get('set-cookie') ?? '').split('; ');
  }

  test('scripts and other sites cannot read the token', async () => {
    const [pair, ...attributes] = await cookieOf('/set');
    expect(pair).toBe(`${name}=${TOKEN}`);
    const expected = [`Max-Age=${SESSION_MAX_MS / 1_000}`, `Path=${path}`, 'HttpOnly', 'SameSite=Strict'];
    expect(attributes.sort()).toEqual([...expected, ...(isSecure ? ['Secure'] : [])].sort());
  });

  test('the cookie is cleared under the same name and path', async () => {
    const [pair, ...attributes] = await cookieOf('/clear');
    expect(pair).toBe(`${name}=`);
    expect(attributes).toEqual(
      expect.arrayContaining(['Max-Age=0', `Path=${path}`, 'HttpOnly', 'SameSite=Strict']),
    );
  });

  test('the cookie is read back, and one with the other name is ignored', async () => {
    const read = async (cookie: string) =>
      (await fetch(`${routes.url}/read`, { headers: { Cookie: cookie } })).json();
    expect(await read(`a=b; ${name}=${TOKEN}`)).toEqual({ token: TOKEN });
    expect(await read(`${other}=${TOKEN}`)).toEqual({ token: null });
  });
});
