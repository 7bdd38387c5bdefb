/** The cookie that marks a browser in which an account has signed in. It grants nothing, and outlives the session. */
import { setCookie } from 'hono/cookie';
import type { HttpContext } from '../context.ts';
import { cookieNames, readCookie } from './cookie-names.ts';

const BASE_NAME = 'banter_device';
const MAX_AGE_SECONDS = 365 * 24 * 60 * 60;

/** Sets the cookie for a year. `text` is the signed mark from chat. */
export function setDeviceCookie(c: HttpContext, text: string): void {
  const base = { httpOnly: true, sameSite: 'Strict', maxAge: MAX_AGE_SECONDS } as const;
  const { name } = cookieNames(c, BASE_NAME);
  if (c.get('peer').isSecure) setCookie(c, name, text, { ...base, secure: true, path: '/' });
  else setCookie(c, name, text, { ...base, path: '/v1/auth' });
}

/** Returns the mark from the request's cookie, or undefined without one. Chat verifies it. */
export function readDeviceCookie(c: HttpContext): string | undefined {
  return readCookie(c, BASE_NAME);
}
