/** Who makes a call, by its access token. */
import { ChatError } from '@banter/protocol';
import type { Caller } from '../chat/caller.ts';
import type { Chat } from '../chat/chat.ts';
import type { HttpContext } from './context.ts';

/**
 * The caller behind `Authorization: Bearer`. The session is looked up each time [A4].
 * @throws ChatError unauthenticated, rate_limited.
 */
export async function signIn(
  c: HttpContext,
  { sessions, limits }: Pick<Chat, 'sessions' | 'limits'>,
): Promise<Caller> {
  const token = bearerToken(c.req.header('Authorization'));
  if (!token) throw new ChatError('unauthenticated', 'send an access token as Authorization: Bearer');
  const claims = await sessions.verify(token);
  // Before the store is asked, so that a flood costs it nothing.
  limits.take('act', claims.userId);
  return sessions.admit(claims, c.get('scope'));
}

/** The token of a Bearer header (RFC 6750); null when there is none. */
function bearerToken(header: string | undefined): string | null {
  return /^Bearer +([^ ]+) *$/i.exec(header ?? '')?.[1] ?? null;
}
