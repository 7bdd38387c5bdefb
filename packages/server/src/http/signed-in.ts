/** Authenticates the caller of a request. */
import type { Chat } from '../chat/chat.ts';
import { type Admission, authenticate, ticketOf } from '../doors/admission.ts';
import type { HttpContext } from './context.ts';

/**
 * Returns the caller of `Authorization: Bearer`, or of `?ticket=` where the call takes tickets.
 * @throws ChatError unauthenticated, rate_limited.
 */
export async function signIn(
  c: HttpContext,
  chat: Pick<Chat, 'sessions' | 'limits'>,
  takesTicket: boolean,
): Promise<Admission> {
  const authorization = c.req.header('Authorization');
  const ticket = takesTicket ? { ticket: ticketOf(new URL(c.req.url).searchParams) } : {};
  const credentials = { address: c.get('peer').address, authorization, ...ticket };
  const admission = await authenticate(chat, credentials, c.get('scope'));
  c.set('isSignedIn', true);
  return admission;
}
