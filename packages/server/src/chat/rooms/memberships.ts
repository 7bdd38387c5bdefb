/** Memberships: who belongs to a room, as what, and how far they have read. */
import { ChatError, type Member, type Role, type RoomSettings, type User } from '@banter/protocol';
import type { Connection } from '../../hub/connection.ts';
import type { Hub } from '../../hub/hub.ts';
import type { Appender } from '../../store/append/appender.ts';
import type { LastSeenStore } from '../../store/last-seen.ts';
import type { Membership, MembershipStore, RoomMember } from '../../store/memberships.ts';
import type { UserStore } from '../../store/users.ts';
import type { Caller } from '../caller.ts';
import type { Presence } from '../presence/presence.ts';
import { findMembership, notMember, requireMember } from './require-member.ts';
import { followEntry, type Subscriptions } from './subscriptions.ts';

export type Memberships = {
  /** The caller's membership. @throws ChatError not_found (no room the caller may see [A5]), not_member [A6]. */
  require(caller: Caller, roomId: number): Promise<Membership>;
  /**
   * As require, for somebody with at least these rights. Administrators have an owner's in open rooms, members or not.
   * @throws ChatError also forbidden.
   */
  requireRights(caller: Caller, roomId: number, least: Role): Promise<Membership>;
  /** A person to act on, for somebody with these rights: who has not, learns nothing of who exists. */
  requireTarget(caller: Caller, roomId: number, userId: number, least: Role): Promise<User>;
  /** @throws ChatError not_found, not_member. */
  list(caller: Caller, roomId: number): Promise<Member[]>;
  /** Adds a person or gives them another role; anyone may step down. @throws ChatError not_found, not_member, forbidden, conflict. */
  setRole(caller: Caller, roomId: number, userId: number, role: Role): Promise<Member>;
  /** What the caller wants for themselves in a room; told to all their connections. @throws ChatError not_found, not_member. */
  setSettings(caller: Caller, roomId: number, settings: RoomSettings): Promise<void>;
  /** Moves the caller's read mark forwards and tells their connections other than `from`. @throws ChatError not_found, not_member. */
  markRead(caller: Caller, roomId: number, seq: number, from?: Connection): Promise<number>;
};

export type MembershipsDeps = {
  memberships: MembershipStore;
  users: UserStore;
  lastSeen: Pick<LastSeenStore, 'find'>;
  appender: Appender;
  presence: Presence;
  subscriptions: Subscriptions;
  hub: Hub;
};

export function createMemberships(deps: MembershipsDeps): Memberships {
  const { memberships, users, lastSeen, appender, presence, subscriptions, hub } = deps;

  const require = (caller: Caller, roomId: number) => requireMember(memberships, caller, roomId);

  async function requireRights(caller: Caller, roomId: number, least: Role): Promise<Membership> {
    const membership = await findMembership(memberships, caller, roomId);
    const role = membership.kind === 'open' && caller.user.admin ? 'owner' : membership.role;
    if (role === null) throw notMember();
    if (ROLE_RANKS[role] < ROLE_RANKS[least]) {
      throw new ChatError('forbidden', 'your role in this room does not allow this');
    }
    return membership;
  }

  async function requireTarget(caller: Caller, roomId: number, userId: number, least: Role): Promise<User> {
    await requireRights(caller, roomId, least);
    const target = await users.findById(userId, caller.scope);
    if (!target) throw new ChatError('not_found', 'there is no such person');
    return target;
  }

  function withPresence({ lastSeenAt, ...member }: RoomMember): Member {
    const now = presence.of(member.userId);
    const isGone = now.state === 'offline' && lastSeenAt !== null;
    return { ...member, ...now, ...(isGone ? { lastSeenAt } : {}) };
  }

  return {
    require,
    requireRights,
    requireTarget,

    async list(caller, roomId) {
      await require(caller, roomId);
      return (await memberships.members(roomId, caller.scope)).map(withPresence);
    },

    async setRole(caller, roomId, userId, role) {
      const target = await requireTarget(caller, roomId, userId, 'moderator');
      const before = await memberships.find(roomId, userId, caller.scope);
      const done = await appender.change({ type: 'role', roomId, actor: caller.user, target, role });
      // Another role of a member lets nobody in.
      if (!done.changed || !before?.role) await followEntry(subscriptions, userId, roomId, done);
      const { mutedUntil = null } = (await memberships.find(roomId, userId, caller.scope)) ?? {};
      const lastSeenAt = await lastSeen.find(userId, caller.scope);
      return withPresence({
        userId,
        username: target.username,
        ...(target.displayName === undefined ? {} : { displayName: target.displayName }),
        role,
        ...(mutedUntil === null ? {} : { mutedUntil }),
        lastSeenAt,
      });
    },

    async setSettings(caller, roomId, { hideJoins }) {
      const isMember = await memberships.setHideJoins(roomId, caller.user.id, hideJoins, caller.scope);
      if (!isMember) {
        await require(caller, roomId);
        throw notMember();
      }
      for (const connection of hub.connectionsOf(caller.user.id, roomId)) {
        hub.send(connection, { type: 'settings', roomId, hideJoins });
      }
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

/** The rank of each role. The function role_rank has the same in SQL, and a test compares the two. */
export const ROLE_RANKS: Record<Role, number> = { member: 1, moderator: 2, owner: 3 };
