/** Memberships: the members of a room, their roles, settings and read marks. */
import { ChatError, type Member, type Role, type RoomSettings, type User } from '@banter/protocol';
import type { Connection } from '../../hub/connection.ts';
import type { Hub } from '../../hub/hub.ts';
import type { Appender } from '../../store/append/appender.ts';
import type { LastSeenStore } from '../../store/last-seen.ts';
import type { Membership, MembershipStore, RoomMember } from '../../store/memberships.ts';
import type { UserStore } from '../../store/users.ts';
import type { Caller } from '../caller.ts';
import { byUsername, type Page, type PageQuery, readPage } from '../paging.ts';
import type { Presence } from '../presence/presence.ts';
import type { Requests } from './requests.ts';
import { notMember, requireMember, requireRole } from './room-access.ts';
import type { RoomCaps } from './room-caps.ts';
import { followEntry, type Subscriptions } from './subscriptions.ts';

/** The parts that Memberships works with. */
export type MembershipsDeps = {
  memberships: Pick<MembershipStore, 'find' | 'members' | 'setHideJoins' | 'moveReadMark'>;
  users: Pick<UserStore, 'findById'>;
  lastSeen: Pick<LastSeenStore, 'find'>;
  appender: Pick<Appender, 'change'>;
  presence: Pick<Presence, 'of'>;
  subscriptions: Pick<Subscriptions, 'followNew' | 'followFound'>;
  hub: Pick<Hub, 'connectionsOf' | 'send'>;
  caps: Pick<RoomCaps, 'enter'>;
  requests: Pick<Requests, 'ask'>;
};

/** A person who was asked into a room instead of being added. */
export type Asked = { userId: number; username: string };

/** The members of rooms. Kicks, bans and mutes are acts of Moderation. */
export class Memberships {
  readonly #deps: MembershipsDeps;

  constructor(deps: MembershipsDeps) {
    this.#deps = deps;
  }

  /**
   * Returns the caller's membership.
   * @throws ChatError not_found (the caller may not see the room [A5]), not_member [A6].
   */
  require(caller: Caller, roomId: number): Promise<Membership> {
    return requireMember(this.#deps.memberships, caller, roomId);
  }

  /**
   * Returns the membership of a caller with at least the role `least`. In open rooms, administrators of the server count
   * as owners. This check fails early; the store checks roles again under the room's lock.
   * @throws ChatError not_found, not_member, forbidden.
   */
  requireRole(caller: Caller, roomId: number, least: Role): Promise<Membership> {
    return requireRole(this.#deps.memberships, caller, roomId, least);
  }

  /**
   * Returns the person that a caller with at least the role `least` wants to act on. The role is checked first, so that
   * others cannot probe which accounts exist.
   * @throws ChatError not_found (the room or the person), not_member, forbidden.
   */
  async requireTarget(caller: Caller, roomId: number, userId: number, least: Role): Promise<User> {
    await this.requireRole(caller, roomId, least);
    const target = await this.#deps.users.findById(userId, caller.scope);
    if (!target) throw new ChatError('not_found', 'there is no such person');
    return target;
  }

  /** Returns a page of a room's members by name, with their presence. @throws ChatError not_found, not_member, invalid. */
  async list(caller: Caller, roomId: number, query: PageQuery): Promise<Page<Member>> {
    await this.require(caller, roomId);
    const { rows, ...page } = await readPage(
      query,
      byUsername(`members ${roomId}`, (after, limit) =>
        this.#deps.memberships.members(roomId, after, limit, caller.scope),
      ),
    );
    return { ...page, rows: rows.map((member) => this.#withPresence(member)) };
  }

  /**
   * Adds a person to a room or changes a member's role. The SQL function `append_role` decides under the room's lock:
   * moderators add people as members, owners give any role, and everybody may lower their own. A person who left the room
   * by themselves, or who ignores the caller, is only asked [C10].
   * @throws ChatError not_found, not_member, forbidden, conflict (the last owner, or banned from the room).
   */
  async setRole(caller: Caller, roomId: number, userId: number, role: Role): Promise<Member | Asked> {
    const { memberships, lastSeen, appender, subscriptions, requests, caps } = this.#deps;
    const target = await this.requireTarget(caller, roomId, userId, 'moderator');
    const before = await memberships.find(roomId, userId, caller.scope);
    if (!before?.role && (await requests.ask(caller, roomId, userId)))
      return { userId, username: target.username };
    const isAdded = userId !== caller.user.id;
    const entry = { userId, roomId, isOwner: role === 'owner', isAdded, scope: caller.scope };
    const act = { type: 'role', roomId, actor: caller.user, target, role } as const;
    const result = await caps.enter(entry, () => appender.change(act));
    // A changed role of a member is no entry into the room.
    if (!result.changed || !before?.role) await followEntry(subscriptions, userId, roomId, result);
    const { mutedUntil = null } = (await memberships.find(roomId, userId, caller.scope)) ?? {};
    const lastSeenAt = await lastSeen.find(userId, caller.scope);
    return this.#withPresence({
      userId,
      username: target.username,
      ...(target.displayName === undefined ? {} : { displayName: target.displayName }),
      role,
      ...(mutedUntil === null ? {} : { mutedUntil }),
      lastSeenAt,
    });
  }

  /**
   * Stores the caller's own settings for a room and sends them to all their connections.
   * @throws ChatError not_found, not_member.
   */
  async setSettings(caller: Caller, roomId: number, { hideJoins }: RoomSettings): Promise<void> {
    const { memberships, hub } = this.#deps;
    const isMember = await memberships.setHideJoins(roomId, caller.user.id, hideJoins, caller.scope);
    if (!isMember) return this.#rejectOutsider(caller, roomId);
    for (const connection of hub.connectionsOf(caller.user.id, roomId)) {
      hub.send(connection, { type: 'settings', roomId, hideJoins });
    }
  }

  /**
   * Moves the caller's read mark forwards, never back, and tells their connections other than `from`.
   * @returns the seq of the mark now. @throws ChatError not_found, not_member.
   */
  async markRead(caller: Caller, roomId: number, seq: number, from?: Connection): Promise<number> {
    const { memberships, hub } = this.#deps;
    const mark = await memberships.moveReadMark(roomId, caller.user.id, seq, caller.scope);
    if (!mark) return this.#rejectOutsider(caller, roomId);
    if (mark.moved) {
      for (const connection of hub.connectionsOf(caller.user.id, roomId)) {
        if (connection !== from) hub.send(connection, { type: 'read', roomId, seq: mark.seq });
      }
    }
    return mark.seq;
  }

  /** @throws ChatError not_found where the caller may not see the room, else not_member. */
  async #rejectOutsider(caller: Caller, roomId: number): Promise<never> {
    await this.require(caller, roomId);
    // The membership may have begun since the store was asked.
    throw notMember();
  }

  #withPresence({ lastSeenAt, ...member }: RoomMember): Member {
    const now = this.#deps.presence.of(member.userId);
    const isGone = now.state === 'offline' && lastSeenAt !== null;
    return { ...member, ...now, ...(isGone ? { lastSeenAt } : {}) };
  }
}
