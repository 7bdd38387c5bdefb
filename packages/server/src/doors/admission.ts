/** Who stands before a door: by the access or personal token of a header, or by the one-use ticket of a URL. */
import { ChatError } from '@banter/protocol';
import type { Caller, Scope } from '../chat/caller.ts';
import type { Chat } from '../chat/chat.ts';
import { isPersonalToken } from '../chat/sign-in/personal-tokens.ts';

/** What a request brings along. */
export type Credentials = {
  /** Where it comes from. */
  address: string;
  /** The header of this name. */
  authorization: string | undefined;
  /** The URL's ticket, where this door takes one; undefined where it does not, null for none. */
  ticket?: string | null;
};

export type Admission = {
  caller: Caller;
  /**
   * When the token expires, in milliseconds of the wall clock; null where it does not. A ticket is not bound to an access
   * token, but to the end that its personal token has.
   */
  expiresAt: number | null;
};

/**
 * The caller behind the credentials. The session is looked up each time [A4].
 * @throws ChatError unauthenticated, rate_limited.
 */
export async function authenticate(
  { sessions, limits }: Pick<Chat, 'sessions' | 'limits'>,
  { address, authorization, ticket }: Credentials,
  scope: Scope,
): Promise<Admission> {
  const token = bearerToken(authorization);
  if (token !== null) {
    const claims = await sessions.verify(token, { address, scope });
    // Before the store is asked, so that a flood costs it nothing.
    limits.take('act', claims.userId);
    return { caller: await sessions.callerOf(claims, scope), expiresAt: claims.expiresAt };
  }
  if (ticket === undefined) throw unauthenticated('send an access token as Authorization: Bearer');
  const caller = await sessions.redeem(requireTicket(ticket), scope);
  limits.take('act', caller.user.id);
  return { caller, expiresAt: caller.permissions.expiresAt };
}

/** The ticket of a URL, under either name. */
export function ticketOf(query: URLSearchParams): string | null {
  return query.get('ticket') ?? query.get('token');
}

/** The token of a Bearer header (RFC 6750); null when there is none. */
function bearerToken(header: string | undefined): string | null {
  return /^Bearer +([^ ]+) *$/i.exec(header ?? '')?.[1] ?? null;
}

function requireTicket(ticket: string | null): string {
  if (ticket === null) {
    throw unauthenticated('send Authorization: Bearer, or ?ticket= with one from POST /v1/tickets');
  }
  if (!ticket.includes('.') && !isPersonalToken(ticket)) return ticket;
  throw unauthenticated(
    'a token does not belong in a URL, which ends up in logs: POST /v1/tickets gives a one-use ticket',
  );
}

function unauthenticated(detail: string): ChatError {
  return new ChatError('unauthenticated', detail);
}
