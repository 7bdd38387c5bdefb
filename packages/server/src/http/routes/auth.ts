/** Signing in and out. */
import type { IncomingMessage } from 'node:http';
import { ChatError, EMAIL_MAX_CHARS, type TokenGrant } from '@banter/protocol';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Chat } from '../../chat/chat.ts';
import type { Grant } from '../../chat/sessions.ts';
import { type HttpContext, type HttpEnv, visitorOf } from '../context.ts';
import { id, readJson, readOptionalJson, readQuery, text } from '../input.ts';
import { clearRefreshCookie, readRefreshCookie, setRefreshCookie } from '../refresh-cookie.ts';
import { signedIn } from '../signed-in.ts';

const registerBody = z.strictObject({ username: text, password: text, email: text.optional() });
const loginBody = z.strictObject({ login: text.max(EMAIL_MAX_CHARS), password: text });
const refreshBody = z.strictObject({ refreshToken: text.optional() });
/** Where the refresh token goes: scripts without a cookie jar want it in the body. */
const grantQuery = z.strictObject({ refresh: z.enum(['cookie', 'body']).default('cookie') });

type Place = 'cookie' | 'body';

export function authRoutes(chat: Chat, allowsOrigin: (request: IncomingMessage) => boolean): Hono<HttpEnv> {
  const { accounts, sessions } = chat;
  const app = new Hono<HttpEnv>();

  app.post('/auth/register', async (c) => {
    const place = readQuery(c, grantQuery).refresh;
    const user = await accounts.register(await readJson(c, registerBody), visitorOf(c));
    return c.json(deliver(c, await sessions.begin(user, visitorOf(c)), place), 201);
  });

  app.post('/auth/login', async (c) => {
    const place = readQuery(c, grantQuery).refresh;
    const user = await accounts.login(await readJson(c, loginBody), visitorOf(c));
    return c.json(deliver(c, await sessions.begin(user, visitorOf(c)), place));
  });

  app.post('/auth/refresh', async (c) => {
    chat.limits.take('visit', c.get('peer').address);
    const { refreshToken } = await readOptionalJson(c, refreshBody);
    if (refreshToken !== undefined) {
      return c.json(deliver(c, await sessions.refresh(refreshToken, c.get('scope')), 'body'));
    }
    const token = requireCookie(c, allowsOrigin);
    return c.json(deliver(c, await sessions.refresh(token, c.get('scope')), 'cookie'));
  });

  app.post('/auth/logout', signedIn(chat), async (c) => {
    const caller = c.get('caller');
    await sessions.end(caller, caller.sessionId);
    clearRefreshCookie(c);
    return c.body(null, 204);
  });

  app.get('/sessions', signedIn(chat), async (c) =>
    c.json({ sessions: await sessions.list(c.get('caller')) }),
  );

  app.delete('/sessions/:sessionId', signedIn(chat), async (c) => {
    await sessions.end(c.get('caller'), sessionIdOf(c));
    return c.body(null, 204);
  });

  app.post('/tickets', signedIn(chat), async (c) =>
    c.json(await sessions.createTicket(c.get('caller')), 201),
  );

  return app;
}

function sessionIdOf(c: HttpContext): number {
  const parsed = id.safeParse(Number(c.req.param('sessionId')));
  if (parsed.success) return parsed.data;
  throw new ChatError('not_found', 'there is no such session');
}

/** The answer to a sign-in; the refresh token goes into the cookie or the body, never both. */
function deliver(c: HttpContext, { refreshToken, ...grant }: Grant, place: Place): TokenGrant {
  if (place === 'body') return { ...grant, refreshToken };
  setRefreshCookie(c, refreshToken);
  return grant;
}

function requireCookie(c: HttpContext, allowsOrigin: (request: IncomingMessage) => boolean): string {
  if (!allowsOrigin(c.env.incoming)) throw new ChatError('forbidden', 'this origin may not use the cookie');
  const token = readRefreshCookie(c);
  if (token) return token;
  throw new ChatError(
    'unauthenticated',
    'sign in first: there is neither a refresh cookie nor a refreshToken',
  );
}
