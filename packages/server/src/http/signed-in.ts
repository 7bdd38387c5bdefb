/** Lets only signed-in callers pass. */
import { ChatError } from '@banter/protocol';
import type { MiddlewareHandler } from 'hono';
import type { Chat } from '../chat/chat.ts';
import type { HttpEnv } from './context.ts';

/** Takes `Authorization: Bearer` and puts the caller into the context. The session is looked up each time [A4]. */
export function signedIn({
  sessions,
  limits,
}: Pick<Chat, 'sessions' | 'limits'>): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const token = bearerToken(c.req.header('Authorization'));
    if (!token) throw new ChatError('unauthenticated', 'send an access token as Authorization: Bearer');
    const claims = await sessions.verify(token);
    // Before the store is asked, so that a flood costs it nothing.
    limits.take('act', claims.userId);
    c.set('caller', await sessions.admit(claims, c.get('scope')));
    await next();
  };
}

/** The token of a Bearer header (RFC 6750); null when there is none. */
export function bearerToken(header: string | undefined): string | null {
  return /^Bearer +([^ ]+) *$/i.exec(header ?? '')?.[1] ?? null;
}
