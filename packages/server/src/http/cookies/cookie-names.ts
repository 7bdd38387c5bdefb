/** The names of cookies. Browsers share cookies among all ports of a host, so a name carries the port. */
import { getCookie } from 'hono/cookie';
import type { HttpContext } from '../context.ts';

/** The name of a cookie, and the name that earlier versions gave it; null if it had this one. */
export type CookieNames = { name: string; earlier: string | null };

const TLS_PORT = '443';
const PLAIN_PORT = '80';

/**
 * Returns the names of a cookie on the port that the browser asked for. Over TLS the prefix __Host- binds it to this exact
 * host (RFC 6265bis 4.1.3.2), and the usual port is left out.
 */
export function cookieNames(c: HttpContext, base: string): CookieNames {
  const port = /:(\d+)$/.exec(c.req.header('Host') ?? '')?.[1];
  if (!c.get('peer').isSecure) return { name: `${base}_${port ?? PLAIN_PORT}`, earlier: base };
  const secure = `__Host-${base}`;
  if (port === undefined || port === TLS_PORT) return { name: secure, earlier: null };
  return { name: `${secure}_${port}`, earlier: secure };
}

/** Returns a cookie's value, by its own name or by the earlier one; undefined without both. */
export function readCookie(c: HttpContext, base: string): string | undefined {
  const { name, earlier } = cookieNames(c, base);
  return getCookie(c, name) ?? (earlier === null ? undefined : getCookie(c, earlier));
}
