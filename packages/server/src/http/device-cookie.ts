/** The cookie by which a browser is known on which somebody has signed in: it opens nothing, and outlives the session. */
import { getCookie, setCookie } from 'hono/cookie';
import type { HttpContext } from './context.ts';

/** Over TLS with the __Host- prefix, which binds it to this very host (RFC 6265bis 4.1.3.2). */
const SECURE_NAME = '__Host-banter_device';
const PLAIN_NAME = 'banter_device';
const MAX_AGE_SECONDS = 365 * 24 * 60 * 60;

export function setDeviceCookie(c: HttpContext, text: string): void {
  const base = { httpOnly: true, sameSite: 'Strict', maxAge: MAX_AGE_SECONDS } as const;
  if (c.get('peer').isSecure) setCookie(c, SECURE_NAME, text, { ...base, secure: true, path: '/' });
  else setCookie(c, PLAIN_NAME, text, { ...base, path: '/v1/auth' });
}

export function readDeviceCookie(c: HttpContext): string | undefined {
  return getCookie(c, c.get('peer').isSecure ? SECURE_NAME : PLAIN_NAME);
}
