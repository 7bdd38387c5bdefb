/** Memberships: who belongs to a room, as what, and how far they have read. */
import { ChatError, type Member, type Role, type User } from '@banter/protocol';
import type { Connection } from '../hub/connection.ts';
import type { Hub } from '../hub/hub.ts';
import type { Appender } from '../store/appender.ts';
import type { Membership, Memberships as MembershipStore, RoomMember } from '../store/memberships.ts';
import type { Users } from '../store/users.ts';
import type { Caller } from './caller.ts';
import type { Presence } from './presence.ts';
import type { Subscriptions } from './subscriptions.ts';

export type Memberships = {
  /** The caller's membership. @throws ChatError not_found (no room the caller may see [A5]), not_member [A6]. */
  require(caller: Caller, roomId: number): Promise<Membership>;
  /** @throws ChatError not_found, not_member. */
  list(caller: Caller, roomId: number): Promise<Member[]>;
  /** Adds a person or gives them another role. @throws ChatError not_found, not_member, forbidden, conflict. */
  setRole(caller: Caller, roomId: number, userId: number, role: Role): Promise<Member>;
  /**
   * Removes a person [A3]; does nothing for one who is no member.
   * @throws ChatError not_found, not_member, forbidden, conflict (the last owner).
   */
  kick(caller: Caller, roomId: number, userId: number): Promise<void>;
  /** Moves the caller's read mark forwards and tells their connections other than `from`. @throws ChatError not_found, not_member. */
  markRead(caller: Caller, roomId: number, seq: number, from?: Connection): Promise<number>;
};

export type MembershipsDeps = {
  memberships: MembershipStore;
  users: Users;
  appender: Appender;
  presence: Presence;
  subscriptions: Subscriptions;
  hub: Hub;
};

export function createMemberships(deps: MembershipsDeps): Memberships {
  const { memberships, users, appender, presence, subscriptions, hub } = deps;

  async function require({ user, scope }: Caller, roomId: number): Promise<Membership> {
    const membership = await memberships.find(roomId, user.id, scope);
    if (!membership) throw new ChatError('not_found', 'there is no such room');
    if (membership.role === null) throw new ChatError('not_member', 'join the room first');
    return membership;
  }

  /**
   * A person to act on. The room is looked at first, so that outsiders learn nothing of who exists; in open rooms an
   * administrator acts from outside.
   */
  async function requireTarget(caller: Caller, roomId: number, userId: number): Promise<User> {
    const membership = await memberships.find(roomId, caller.user.id, caller.scope);
    if (!membership || !(caller.user.admin && membership.kind === 'open')) await require(caller, roomId);
    const target = await users.findById(userId, caller.scope);
    if (!target) throw new ChatError('not_found', 'there is no such person');
    return target;
  }

  function withState(member: RoomMember): Member {
    return { ...member, state: presence.stateOf(member.userId) };
  }

  return {
    require,

    async list(caller, roomId) {
      await require(caller, roomId);
      return (await memberships.members(roomId, caller.scope)).map(withState);
    },

    async setRole(caller, roomId, userId, role) {
      const target = await requireTarget(caller, roomId, userId);
      const before = await memberships.find(roomId, userId, caller.scope);
      const done = await appender.change({ type: 'role', roomId, actor: caller.user, target, role });
      if (done.changed && !before?.role) subscriptions.followNew(userId, roomId, done.event.seq);
      else if (!done.changed && done.isUncertain) await subscriptions.followFound(userId, roomId);
      return withState({ userId, username: target.username, role });
    },

    async kick(caller, roomId, userId) {
      const target = await requireTarget(caller, roomId, userId);
      await appender.change({ type: 'kick', roomId, actor: caller.user, target });
    },

    async markRead(caller, roomId, seq, from) {
      const mark = await memberships.moveReadMark(roomId, caller.user.id, seq, caller.scope);
      if (!mark) {
        await require(caller, roomId);
        throw new ChatError('not_member');
      }
      if (mark.moved) {
        for (const connection of hub.connectionsOf(caller.user.id, roomId)) {
          if (connection !== from) hub.send(connection, { type: 'read', roomId, seq: mark.seq });
        }
      }
      return mark.seq;
    },
  };
}
