/** The refresh token's cookie. Scripts cannot read it, and browsers send it to this site only. */
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { SESSION_MAX_MS } from '../../chat/sign-in/sessions.ts';
import type { HttpContext } from '../context.ts';

/** Used over TLS. The __Host- prefix binds the cookie to this exact host (RFC 6265bis 4.1.3.2). */
const SECURE_NAME = '__Host-banter_refresh';
const PLAIN_NAME = 'banter_refresh';

/** Sets the cookie for as long as a session can last. */
export function setRefreshCookie(c: HttpContext, token: string): void {
  const { name, options } = cookieFor(c);
  setCookie(c, name, token, { ...options, maxAge: Math.floor(SESSION_MAX_MS / 1_000) });
}

/** Returns the refresh token from the request's cookie, or undefined without one. */
export function readRefreshCookie(c: HttpContext): string | undefined {
  return getCookie(c, cookieFor(c).name);
}

/** Deletes the cookie in the browser. */
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
