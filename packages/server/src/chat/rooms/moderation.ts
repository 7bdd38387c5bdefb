/** Moderation of a room: kick, ban and mute. */
import { type Ban, ChatError, type Mute, type User } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { Appender } from '../../store/append/appender.ts';
import type { BanPlace, BanStore } from '../../store/bans.ts';
import type { Caller } from '../caller.ts';
import { checkReason, checkUntil } from '../fields.ts';
import { isTimeAndId, type Page, type PageQuery, readPage } from '../paging.ts';
import type { Memberships } from './memberships.ts';

/** When a ban ends (ISO 8601; never without it), and why it was made. */
export type BanInput = { until?: string | undefined; reason?: string | undefined };

/** The parts that Moderation works with. */
export type ModerationDeps = {
  memberships: Pick<Memberships, 'requireRole' | 'requireTarget'>;
  bans: Pick<BanStore, 'list' | 'find'>;
  appender: Pick<Appender, 'change'>;
  clock: Pick<Clock, 'wall'>;
};

/**
 * The acts of a room's moderators. Two checks guard each of them:
 * 1. Here, the caller must be at least a moderator of the room. This fails early and hides which accounts exist.
 * 2. Under the room's lock, the SQL functions `append_kick`, `append_ban`, `append_unban` and `append_mute` decide. Kick,
 *    ban and mute ask `may_act_on`: nobody acts on themselves, and equals cannot act on each other, except for owners.
 *    In open rooms, an administrator of the server counts as an owner.
 * docs/rights.md lists all rights.
 */
export class Moderation {
  readonly #deps: ModerationDeps;

  constructor(deps: ModerationDeps) {
    this.#deps = deps;
  }

  /**
   * Removes a member from the room [A3]; does nothing for a person who is not a member.
   * @throws ChatError invalid (the reason), not_found, not_member, forbidden, conflict (the last owner).
   */
  async kick(caller: Caller, roomId: number, userId: number, reason = ''): Promise<void> {
    const target = await this.#requireTarget(caller, roomId, userId);
    const why = checkReason(reason);
    const kick = { type: 'kick', roomId, actor: caller.user, target } as const;
    await this.#deps.appender.change(why === '' ? kick : { ...kick, reason: why });
  }

  /** Returns a page of the bans in force, newest first. @throws ChatError not_found, not_member, forbidden, invalid. */
  async bans(caller: Caller, roomId: number, query: PageQuery): Promise<Page<Ban>> {
    const { memberships, bans } = this.#deps;
    await memberships.requireRole(caller, roomId, 'moderator');
    return readPage<Ban, BanPlace>(query, {
      name: `bans ${roomId}`,
      read: (after, limit) => bans.list(roomId, after, limit, caller.scope),
      placeOf: ({ at, userId }) => [Date.parse(at), userId],
      isPlace: isTimeAndId,
    });
  }

  /**
   * Bans a person, member or not, until a time or for good, and removes a member [A3]. A second ban changes the end and
   * the reason.
   * @throws ChatError invalid, not_found, not_member, forbidden, conflict (the last owner, or unbanned meanwhile).
   */
  async ban(caller: Caller, roomId: number, userId: number, input: BanInput): Promise<Ban> {
    const { bans, appender, clock } = this.#deps;
    const target = await this.#requireTarget(caller, roomId, userId);
    const until = input.until === undefined ? {} : { until: checkUntil(input.until, clock).toISOString() };
    const reason = checkReason(input.reason ?? '');
    await appender.change({ type: 'ban', roomId, actor: caller.user, target, reason, ...until });
    const ban = await bans.find(roomId, userId, caller.scope);
    if (!ban)
      throw new ChatError('conflict', 'another moderator lifted this ban at the same time: ban again');
    return ban;
  }

  /** Lifts a ban; does nothing for a person who is not banned. @throws ChatError not_found, not_member, forbidden. */
  async unban(caller: Caller, roomId: number, userId: number): Promise<void> {
    const target = await this.#requireTarget(caller, roomId, userId);
    await this.#deps.appender.change({ type: 'unban', roomId, actor: caller.user, target });
  }

  /**
   * Mutes a person, member or not, until a time [G1]. A second mute changes the end.
   * @param until ISO 8601. @throws ChatError invalid, not_found, not_member, forbidden.
   */
  async mute(caller: Caller, roomId: number, userId: number, until: string): Promise<Mute> {
    const { appender, clock } = this.#deps;
    const target = await this.#requireTarget(caller, roomId, userId);
    const end = checkUntil(until, clock).toISOString();
    await appender.change({ type: 'mute', roomId, actor: caller.user, target, until: end });
    return { userId, username: target.username, until: end };
  }

  /** Ends a mute; does nothing for a person who is not muted. @throws ChatError not_found, not_member, forbidden. */
  async unmute(caller: Caller, roomId: number, userId: number): Promise<void> {
    const target = await this.#requireTarget(caller, roomId, userId);
    await this.#deps.appender.change({ type: 'mute', roomId, actor: caller.user, target });
  }

  #requireTarget(caller: Caller, roomId: number, userId: number): Promise<User> {
    return this.#deps.memberships.requireTarget(caller, roomId, userId, 'moderator');
  }
}
