/** What a caller came with may do: a login everything, a personal token what it was made for [T2]. */
import { ChatError, type TokenScope } from '@banter/protocol';

/** The scopes a credential is good for; the one room it is about, or null for all; when it ends by itself, or null. */
export type Grant = {
  scopes: ReadonlySet<TokenScope>;
  roomId: number | null;
  /** Epoch milliseconds. */
  expiresAt: number | null;
};

/** That of a login. */
export const FULL_GRANT: Grant = {
  scopes: new Set<TokenScope>(['read', 'write', 'admin']),
  roomId: null,
  expiresAt: null,
};

/**
 * Whether the caller's credential is good for a call or command of `scope` about `roomId`, or about no one room (null).
 * Asked once by each door, before anything runs; what the person may do is asked behind it.
 * @throws ChatError forbidden for the scope, and for what is about no room; not_found for another room [A5].
 */
export function permit({ grant }: { grant: Grant }, scope: TokenScope, roomId: number | null): void {
  if (!grant.scopes.has(scope)) {
    throw new ChatError('forbidden', `this token may not do that: it lacks the scope ${scope}`);
  }
  if (grant.roomId === null || grant.roomId === roomId) return;
  if (roomId === null) throw new ChatError('forbidden', 'this token is for one room only');
  throw new ChatError('not_found', 'there is no such room');
}

/** Whether the credential reaches a room, for lists of them. */
export function reaches({ grant }: { grant: Grant }, roomId: number): boolean {
  return grant.roomId === null || grant.roomId === roomId;
}
