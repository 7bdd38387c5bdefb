/** Permissions of a credential: a login may do everything, a personal token only what it was made for [T2]. */
import { ChatError, type TokenScope } from '@banter/protocol';

/** The rights that a credential gives its caller, on top of which the caller's own role is checked. */
export type Permissions = {
  scopes: ReadonlySet<TokenScope>;
  /** The only room that the credential may be used for; null for all rooms. */
  roomId: number | null;
  /** When the credential expires, in epoch milliseconds; null if it never does. */
  expiresAt: number | null;
};

/** The permissions of a login. */
export const ALL_PERMISSIONS: Permissions = {
  scopes: new Set<TokenScope>(['read', 'write', 'admin']),
  roomId: null,
  expiresAt: null,
};

type Bearer = { permissions: Permissions };

/**
 * Checks that the caller's credential allows a call or command. Every door asks once, before anything runs; the caller's
 * role in the room is checked later.
 * @param roomId the room that the call is about; null if it is about no single room.
 * @throws ChatError forbidden (the scope is missing, or a room's token is used outside of a room), not_found (another
 * room [A5]).
 */
export function requirePermission({ permissions }: Bearer, scope: TokenScope, roomId: number | null): void {
  if (!permissions.scopes.has(scope)) {
    throw new ChatError('forbidden', `this token may not do that: it lacks the scope ${scope}`);
  }
  if (permissions.roomId === null || permissions.roomId === roomId) return;
  if (roomId === null)
    throw new ChatError('forbidden', 'this token is for one room only: sign in to do this');
  throw new ChatError('not_found', 'there is no such room');
}

/** Whether the caller's credential may be used for a room; filters lists of rooms. */
export function reachesRoom({ permissions }: Bearer, roomId: number): boolean {
  return permissions.roomId === null || permissions.roomId === roomId;
}
