/** Who asks, and for how long the answer is wanted. */
import { ChatError, type User } from '@banter/protocol';
import type { Scope } from '../store/database/database.ts';
import type { Grant } from './permissions.ts';

export type { Scope } from '../store/database/database.ts';

/** What a request says about itself before anyone signed in. */
export type Peer = {
  requestId: string;
  /** The client's own address; behind a trusted proxy the one the proxy tells. */
  address: string;
  userAgent: string;
  /** Whether it came over TLS, as far as a trusted proxy tells. */
  isSecure: boolean;
};

/** A peer that wants something, for limits and the log. */
export type Visitor = Pick<Peer, 'address' | 'userAgent'> & {
  scope: Scope;
  /** What a browser says of itself on which somebody has signed in. */
  device?: string | undefined;
};

/** A signed-in person in one session, with what it is good for. A personal token is a session too. */
export type Caller = { user: User; sessionId: number; grant: Grant; scope: Scope };

/** @throws ChatError forbidden, unless the caller is one of the server's administrators. */
export function requireAdministrator({ user }: Pick<Caller, 'user'>): void {
  if (!user.admin) throw new ChatError('forbidden', 'only administrators of this server may do this');
}
