/** Order in a room: who is shut out, and who may say nothing for a time. */
import { type Ban, ChatError, type Mute } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { Appender } from '../../store/append/appender.ts';
import type { BanStore } from '../../store/bans.ts';
import type { Caller } from '../caller.ts';
import { checkReason, checkUntil } from '../fields.ts';
import type { Memberships } from './memberships.ts';

export type BanInput = { until?: string | undefined; reason?: string | undefined };

/** Whoever does any of this needs a moderator's rights; nobody acts on their equals but owners. */
export type Moderation = {
  /**
   * Removes a person [A3]; does nothing for one who is no member.
   * @throws ChatError not_found, not_member, forbidden, conflict (the last owner).
   */
  kick(caller: Caller, roomId: number, userId: number, reason?: string): Promise<void>;
  /** The bans that hold, the newest first. @throws ChatError not_found, not_member, forbidden. */
  bans(caller: Caller, roomId: number): Promise<Ban[]>;
  /**
   * Shuts a person out, member or not, until a time or for good [A3]. Done again it changes end and reason.
   * @throws ChatError invalid, not_found, not_member, forbidden, conflict (the last owner).
   */
  ban(caller: Caller, roomId: number, userId: number, input: BanInput): Promise<Ban>;
  /** Does nothing for one who is not banned. @throws ChatError not_found, not_member, forbidden. */
  unban(caller: Caller, roomId: number, userId: number): Promise<void>;
  /** Takes a person's voice until a time, member or not yet [G1]. @throws ChatError invalid, not_found, not_member, forbidden. */
  mute(caller: Caller, roomId: number, userId: number, until: string): Promise<Mute>;
  /** Does nothing for one who has a voice. @throws ChatError not_found, not_member, forbidden. */
  unmute(caller: Caller, roomId: number, userId: number): Promise<void>;
};

export type ModerationDeps = {
  memberships: Pick<Memberships, 'requireRights' | 'requireTarget'>;
  bans: BanStore;
  appender: Appender;
  clock: Clock;
};

export function createModeration({ memberships, bans, appender, clock }: ModerationDeps): Moderation {
  const requireTarget = (caller: Caller, roomId: number, userId: number) =>
    memberships.requireTarget(caller, roomId, userId, 'moderator');

  return {
    async kick(caller, roomId, userId, reason = '') {
      const target = await requireTarget(caller, roomId, userId);
      const why = checkReason(reason);
      const kick = { type: 'kick', roomId, actor: caller.user, target } as const;
      await appender.change(why === '' ? kick : { ...kick, reason: why });
    },

    async bans(caller, roomId) {
      await memberships.requireRights(caller, roomId, 'moderator');
      return bans.list(roomId, caller.scope);
    },

    async ban(caller, roomId, userId, input) {
      const target = await requireTarget(caller, roomId, userId);
      const until = input.until === undefined ? {} : { until: checkUntil(input.until, clock).toISOString() };
      const reason = checkReason(input.reason ?? '');
      await appender.change({ type: 'ban', roomId, actor: caller.user, target, reason, ...until });
      const ban = await bans.find(roomId, userId, caller.scope);
      if (!ban) throw new ChatError('conflict', 'somebody else has lifted this ban meanwhile');
      return ban;
    },

    async unban(caller, roomId, userId) {
      const target = await requireTarget(caller, roomId, userId);
      await appender.change({ type: 'unban', roomId, actor: caller.user, target });
    },

    async mute(caller, roomId, userId, end) {
      const target = await requireTarget(caller, roomId, userId);
      const until = checkUntil(end, clock).toISOString();
      await appender.change({ type: 'mute', roomId, actor: caller.user, target, until });
      return { userId, username: target.username, until };
    },

    async unmute(caller, roomId, userId) {
      const target = await requireTarget(caller, roomId, userId);
      await appender.change({ type: 'mute', roomId, actor: caller.user, target });
    },
  };
}
