/** Checks whether a caller may see a room, belongs to it, or has a role in it. */
import { ChatError, type Role } from '@banter/protocol';
import type { Membership, MembershipStore } from '../../store/memberships.ts';
import type { Caller } from '../caller.ts';

type Store = Pick<MembershipStore, 'find'>;

/** Roles in rising order of rights. The SQL function `role_rank` is the same table for acts that the store decides. */
export const ROLE_RANKS: Record<Role, number> = { member: 1, moderator: 2, owner: 3 };

/**
 * Returns the caller's membership in a room that they may see; its role is null if they do not belong to it.
 * @throws ChatError not_found (no such room, or the caller may not see it [A5]).
 */
export async function requireVisible(
  memberships: Store,
  { user, scope }: Caller,
  roomId: number,
): Promise<Membership> {
  const membership = await memberships.find(roomId, user.id, scope);
  if (!membership) throw noSuchRoom();
  return membership;
}

/**
 * Returns the membership of a caller who belongs to the room.
 * @throws ChatError not_found (as requireVisible), not_member [A6].
 */
export async function requireMember(memberships: Store, caller: Caller, roomId: number): Promise<Membership> {
  const membership = await requireVisible(memberships, caller, roomId);
  if (membership.role === null) throw notMember();
  return membership;
}

/**
 * Returns the membership of a caller with at least the role `least`. In open rooms, administrators of the server count as
 * owners even if they do not belong to the room.
 * @throws ChatError not_found, not_member, forbidden.
 */
export async function requireRole(
  memberships: Store,
  caller: Caller,
  roomId: number,
  least: Role,
): Promise<Membership> {
  const membership = await requireVisible(memberships, caller, roomId);
  const role = membership.kind === 'open' && caller.user.admin ? 'owner' : membership.role;
  if (role === null) throw notMember();
  if (ROLE_RANKS[role] >= ROLE_RANKS[least]) return membership;
  throw new ChatError('forbidden', 'your role in this room does not allow this');
}

/** The error for a room that does not exist, and for one that the caller may not see [A5]. */
export function noSuchRoom(): ChatError {
  return new ChatError('not_found', 'there is no such room');
}

/** The error for a caller who sees the room but does not belong to it. */
export function notMember(): ChatError {
  return new ChatError('not_member', 'join the room first');
}
