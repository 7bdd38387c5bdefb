/** The cookie that marks a browser in which an account has signed in. It grants nothing, and outlives the session. */
import { getCookie, setCookie } from 'hono/cookie';
import type { HttpContext } from '../context.ts';

/** Used over TLS. The __Host- prefix binds the cookie to this exact host (RFC 6265bis 4.1.3.2). */
const SECURE_NAME = '__Host-banter_device';
const PLAIN_NAME = 'banter_device';
const MAX_AGE_SECONDS = 365 * 24 * 60 * 60;

/** Sets the cookie for a year. `text` is the signed mark from chat. */
export function setDeviceCookie(c: HttpContext, text: string): void {
  const base = { httpOnly: true, sameSite: 'Strict', maxAge: MAX_AGE_SECONDS } as const;
  if (c.get('peer').isSecure) setCookie(c, SECURE_NAME, text, { ...base, secure: true, path: '/' });
  else setCookie(c, PLAIN_NAME, text, { ...base, path: '/v1/auth' });
}

/** Returns the mark from the request's cookie, or undefined without one. Chat verifies it. */
export function readDeviceCookie(c: HttpContext): string | undefined {
  return getCookie(c, c.get('peer').isSecure ? SECURE_NAME : PLAIN_NAME);
}
