/** The caller of a request, and the peer it came from. */
import { ChatError, type User } from '@banter/protocol';
import type { Scope } from '../store/database/database.ts';
import type { Permissions } from './permissions.ts';

export type { Scope } from '../store/database/database.ts';

/** The other end of a request, before anyone has signed in. */
export type Peer = {
  requestId: string;
  /** The client's own address. Behind a trusted proxy, the address that the proxy reports. */
  address: string;
  userAgent: string;
  /** Whether the request came over TLS, as far as a trusted proxy reports it. */
  isSecure: boolean;
};

/** A peer that asks for something without being signed in. Rate limits and the audit log use it. */
export type Visitor = Pick<Peer, 'address' | 'userAgent'> & {
  scope: Scope;
  /** The text of the device cookie; browsers get one when a person signs in on them. */
  device?: string | undefined;
};

/** The origin of a request without a caller: the address that rate limits count, and the request's scope. */
export type RequestSource = Pick<Visitor, 'address' | 'scope'>;

/** A signed-in person in one session. A personal token counts as a session. */
export type Caller = { user: User; sessionId: number; permissions: Permissions; scope: Scope };

/** Returns a scope whose statements the person pays for instead of their network's strangers. */
export function paidBy(scope: Scope, userId: number): Scope {
  const { spender } = scope;
  return spender ? { ...scope, spender: { network: spender.network, person: userId } } : scope;
}

/** Lets only the server's administrators pass. @throws ChatError forbidden for everybody else. */
export function requireAdministrator({ user }: Pick<Caller, 'user'>): void {
  if (!user.admin) throw new ChatError('forbidden', 'only administrators of this server may do this');
}
