/** Authenticates requests: by the access or personal token of a header, or by the one-use ticket of a URL. */
import { ChatError } from '@banter/protocol';
import type { Caller, Scope } from '../chat/caller.ts';
import type { Chat } from '../chat/chat.ts';
import { isPersonalToken } from '../chat/sign-in/personal-tokens.ts';

/** The credentials of a request. */
export type Credentials = {
  /** The peer's address: failed guesses count against it. */
  address: string;
  /** The Authorization header. */
  authorization: string | undefined;
  /** The URL's ticket, or null without one; undefined where tickets are not accepted. */
  ticket?: string | null;
};

/** An authenticated caller. */
export type Admission = {
  caller: Caller;
  /**
   * When the caller's token expires, in epoch milliseconds; null if it never does. With a ticket: when the personal token
   * that created it expires; null if an access token created it.
   */
  expiresAt: number | null;
};

/**
 * Returns the caller of these credentials. Looks the session up each time [A4].
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
    // Before the query, so that a flood does not reach the store.
    limits.take('act', claims.userId);
    return { caller: await sessions.callerOf(claims, scope), expiresAt: claims.expiresAt };
  }
  if (ticket === undefined) throw unauthenticated('send an access token as Authorization: Bearer');
  const caller = await sessions.redeem(requireTicket(ticket), scope);
  limits.take('act', caller.user.id);
  return { caller, expiresAt: caller.permissions.expiresAt };
}

/** Returns the ticket of a URL, by either of its names; null without one. */
export function ticketOf(query: URLSearchParams): string | null {
  return query.get('ticket') ?? query.get('token');
}

/** Returns the token of a Bearer header (RFC 6750); null without one. */
export function bearerToken(header: string | undefined): string | null {
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
