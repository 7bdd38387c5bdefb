/** Who may act in a room: looked up in one way by all that ask. */
import { ChatError } from '@banter/protocol';
import type { Membership, MembershipStore } from '../../store/memberships.ts';
import type { Caller } from '../caller.ts';

type Store = Pick<MembershipStore, 'find'>;

/** What the caller is to a room, its role null where they are no member. @throws ChatError not_found (no room the caller may see [A5]). */
export async function findMembership(
  memberships: Store,
  { user, scope }: Caller,
  roomId: number,
): Promise<Membership> {
  const membership = await memberships.find(roomId, user.id, scope);
  if (!membership) throw new ChatError('not_found', 'there is no such room');
  return membership;
}

/** The caller's membership. @throws ChatError not_found (no room the caller may see [A5]), not_member [A6]. */
export async function requireMember(memberships: Store, caller: Caller, roomId: number): Promise<Membership> {
  const membership = await findMembership(memberships, caller, roomId);
  if (membership.role === null) throw notMember();
  return membership;
}

export function notMember(): ChatError {
  return new ChatError('not_member', 'join the room first');
}
