/** The refresh token's cookie. Scripts cannot read it, and browsers send it to this site only. */
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { SESSION_MAX_MS } from '../../chat/sign-in/sessions.ts';
import type { HttpContext } from '../context.ts';
import { cookieNames, readCookie } from './cookie-names.ts';

const BASE_NAME = 'banter_refresh';

/** Sets the cookie for as long as a session can last. */
export function setRefreshCookie(c: HttpContext, token: string): void {
  const maxAge = Math.floor(SESSION_MAX_MS / 1_000);
  setCookie(c, cookieNames(c, BASE_NAME).name, token, { ...optionsFor(c), maxAge });
}

/** Returns the refresh token from the request's cookie, or undefined without one. */
export function readRefreshCookie(c: HttpContext): string | undefined {
  return readCookie(c, BASE_NAME);
}

/** Deletes the cookie in the browser. */
export function clearRefreshCookie(c: HttpContext): void {
  deleteCookie(c, cookieNames(c, BASE_NAME).name, optionsFor(c));
}

/**
 * Deletes the cookie of an earlier version, if readRefreshCookie took the token from it. Call it once the token has proved to
 * be one of this server: on another port of the host, another server may need that cookie.
 */
export function clearEarlierCookie(c: HttpContext): void {
  const { name, earlier } = cookieNames(c, BASE_NAME);
  if (earlier === null || getCookie(c, name) !== undefined || getCookie(c, earlier) === undefined) return;
  deleteCookie(c, earlier, optionsFor(c));
}

function optionsFor(c: HttpContext) {
  const base = { httpOnly: true, sameSite: 'Strict' } as const;
  return c.get('peer').isSecure ? { ...base, secure: true, path: '/' } : { ...base, path: '/v1/auth' };
}
