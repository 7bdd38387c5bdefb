/** Lets only signed-in callers pass. */
import { ChatError } from '@banter/protocol';
import type { MiddlewareHandler } from 'hono';
import type { Chat } from '../chat/chat.ts';
import type { HttpEnv } from './context.ts';

/** Takes `Authorization: Bearer` and puts the caller into the context. The session is looked up each time [A4]. */
export function signedIn({ sessions }: Pick<Chat, 'sessions'>): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const token = bearerToken(c.req.header('Authorization'));
    if (!token) throw new ChatError('unauthenticated', 'send an access token as Authorization: Bearer');
    c.set('caller', await sessions.admit(await sessions.verify(token), c.get('scope')));
    await next();
  };
}

/** The token of a Bearer header (RFC 6750); null when there is none. */
export function bearerToken(header: string | undefined): string | null {
  return /^Bearer +([^ ]+) *$/i.exec(header ?? '')?.[1] ?? null;
}
