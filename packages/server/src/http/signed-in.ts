/** Who makes a call. */
import type { Chat } from '../chat/chat.ts';
import { type Admission, authenticate, ticketOf } from '../doors/admission.ts';
import type { HttpContext } from './context.ts';

/**
 * The caller behind `Authorization: Bearer`; for a call that takes tickets also behind `?ticket=`.
 * @throws ChatError unauthenticated, rate_limited.
 */
export function signIn(
  c: HttpContext,
  chat: Pick<Chat, 'sessions' | 'limits'>,
  takesTicket: boolean,
): Promise<Admission> {
  const authorization = c.req.header('Authorization');
  const ticket = takesTicket ? { ticket: ticketOf(new URL(c.req.url).searchParams) } : {};
  return authenticate(chat, { address: c.get('peer').address, authorization, ...ticket }, c.get('scope'));
}
