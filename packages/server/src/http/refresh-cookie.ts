/** The refresh token's cookie: out of reach for scripts, sent to this site's auth calls only. */
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { SESSION_MAX_MS } from '../chat/sign-in/sessions.ts';
import type { HttpContext } from './context.ts';

/** Over TLS with the __Host- prefix, which binds it to this very host (RFC 6265bis 4.1.3.2). */
const SECURE_NAME = '__Host-banter_refresh';
const PLAIN_NAME = 'banter_refresh';

export function setRefreshCookie(c: HttpContext, token: string): void {
  const { name, options } = cookieFor(c);
  setCookie(c, name, token, { ...options, maxAge: Math.floor(SESSION_MAX_MS / 1_000) });
}

export function readRefreshCookie(c: HttpContext): string | undefined {
  return getCookie(c, cookieFor(c).name);
}

export function clearRefreshCookie(c: HttpContext): void {
  const { name, options } = cookieFor(c);
  deleteCookie(c, name, options);
}

function cookieFor(c: HttpContext) {
  const base = { httpOnly: true, sameSite: 'Strict' } as const;
  return c.get('peer').isSecure
    ? { name: SECURE_NAME, options: { ...base, secure: true, path: '/' } }
    : { name: PLAIN_NAME, options: { ...base, path: '/v1/auth' } };
}
