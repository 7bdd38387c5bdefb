/** Invitations: links with an end and a number of uses, to the server or to a room. */
import {
  ChatError,
  type ErrorCode,
  INVITATION_DEFAULT_SECONDS,
  INVITATIONS_LIVE_MAX,
  type InvitationPage,
  type InvitationPreview,
  type NewInvitation,
  PAGE_DEFAULT,
  type Registration,
  type Room,
  type User,
} from '@banter/protocol';
import type { Appender } from '../../store/append/appender.ts';
import type { FoundInvitation, InvitationRefusal, InvitationStore } from '../../store/invitations.ts';
import { NO_INVITATION } from '../../store/rows/refusals.ts';
import type { Caller, Scope } from '../caller.ts';
import { refusedField } from '../fields.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import { requirePermission } from '../permissions.ts';
import { createSecret, hashSecret } from '../secrets.ts';
import type { Rooms } from './rooms.ts';
import { followEntry, type Subscriptions } from './subscriptions.ts';

export type NewInvitationInput = {
  /** Without one it is an invitation to the server. */
  roomId?: number | undefined;
  /** Without it any number of people may come. */
  maxUses?: number | undefined;
  expiresInSeconds?: number | undefined;
};

export type Invitations = {
  /** @throws ChatError not_found, not_member, forbidden, conflict (too many that live), rate_limited. */
  create(caller: Caller, input: NewInvitationInput): Promise<NewInvitation>;
  /** Those that the caller may take back: their own, their rooms', and for administrators the server's. */
  list(
    caller: Caller,
    page: { before?: number | undefined; limit?: number | undefined },
  ): Promise<InvitationPage>;
  /** @param codeOrId what its link has, or the id that `list` has. @throws ChatError not_found. */
  revoke(caller: Caller, codeOrId: string): Promise<void>;
  /** What a code is for, to whoever has it. @throws ChatError not_found, the same for every code that is not good. */
  preview(code: string, scope: Scope): Promise<InvitationPreview>;
  /**
   * Takes an invitation up: its room as the caller, now a member, sees it; null for one to the server, where everybody
   * with an account is already. @throws ChatError not_found, forbidden (banned).
   */
  accept(caller: Caller, code: string): Promise<Room | null>;
  /** Whether an account may be made with a code, before anything is done for it. @throws ChatError forbidden. */
  requireGood(code: string, scope: Scope): Promise<void>;
  /** Brings a person whose account was just made with a code into its room; does nothing for one to the server. */
  enterRoomOf(user: User, code: string, scope: Scope): Promise<void>;
};

export type InvitationsDeps = {
  invitations: InvitationStore;
  appender: Pick<Appender, 'change'>;
  subscriptions: Pick<Subscriptions, 'followNew' | 'followFound'>;
  rooms: Pick<Rooms, 'get'>;
  limits: Pick<RateLimits, 'take'>;
  registration: Registration;
};

export function createInvitations(deps: InvitationsDeps): Invitations {
  const { invitations, appender, subscriptions, rooms, limits, registration } = deps;

  async function enter({ id, username }: User, roomId: number, code: string): Promise<void> {
    const actor = { id, username };
    const done = await appender.change({ type: 'enter', roomId, actor, invitation: hashSecret(code) });
    await followEntry(subscriptions, id, roomId, done);
  }

  return {
    async create(caller, { roomId, maxUses, expiresInSeconds = INVITATION_DEFAULT_SECONDS }) {
      // Whoever comes onto the server is its administration's matter, as a token's scopes have it.
      if (roomId === undefined) requirePermission(caller, 'admin', null);
      const { user, scope } = caller;
      limits.take('createRoom', user.id);
      const code = createSecret();
      const wanted = { roomId: roomId ?? null, maxUses: maxUses ?? null, expiresInSeconds };
      const done = await invitations.insert(
        { hash: hashSecret(code), userId: user.id, liveMax: INVITATIONS_LIVE_MAX, ...wanted },
        scope,
      );
      if ('refused' in done) throw new ChatError(...REFUSALS[done.refused]);
      const { id, createdAt, expiresAt, roomName } = done.made;
      return {
        id,
        ...(roomId === undefined ? {} : { roomId, roomName: roomName ?? '' }),
        userId: user.id,
        username: user.username,
        createdAt,
        expiresAt,
        ...(maxUses === undefined ? {} : { maxUses }),
        uses: 0,
        code,
      };
    },

    async list({ user, scope }, { before = Number.MAX_SAFE_INTEGER, limit = PAGE_DEFAULT }) {
      const found = await invitations.list(user.id, before, limit + 1, scope);
      return { invitations: found.slice(0, limit), hasMore: found.length > limit };
    },

    async revoke({ user, scope }, codeOrId) {
      const by = ID_PATTERN.test(codeOrId) ? { id: Number(codeOrId) } : { hash: hashSecret(codeOrId) };
      if (!(await invitations.delete(user.id, by, scope))) throw noInvitation();
    },

    async preview(code, scope) {
      const found = await invitations.find(hashSecret(code), null, scope);
      if (!found?.isUsable) throw noInvitation();
      return {
        ...(found.room ? { roomName: found.room.name } : {}),
        username: found.inviter,
        expiresAt: found.expiresAt,
        registers: registers(found, registration),
      };
    },

    async accept(caller, code) {
      const found = await invitations.find(hashSecret(code), caller.user.id, caller.scope);
      // What the lock would refuse in the end does not wait for it first: a link that is used up may still be all around.
      if (!found?.isUsable && !found?.isReserved && !found?.isMember) throw noInvitation();
      if (!found.room) return null;
      if (!found.isMember) await enter(caller.user, found.room.id, code);
      return rooms.get(caller, found.room.id);
    },

    async requireGood(code, scope) {
      const found = await invitations.find(hashSecret(code), null, scope);
      if (!found?.isUsable || !registers(found, registration)) throw notInvited(NO_INVITATION);
    },

    async enterRoomOf(user, code, scope) {
      const found = await invitations.find(hashSecret(code), null, scope);
      if (found?.room) await enter(user, found.room.id, code);
    },
  };
}

/** A refused registration, whose form has a field for the code. */
export function notInvited(message: string): ChatError {
  return refusedField('forbidden', 'invite', message);
}

/** No code is so short, or of digits alone. */
const ID_PATTERN = /^[1-9]\d{0,15}$/;

const REFUSALS: Record<InvitationRefusal, [ErrorCode, string]> = {
  not_found: ['not_found', 'there is no such room'],
  not_member: ['not_member', 'join the room first'],
  forbidden: ['forbidden', "only a room's moderators invite to it"],
  archived: ['forbidden', 'the room is archived: its owners can restore it'],
  not_administrator: ['forbidden', 'only administrators invite to the server'],
  too_many: ['conflict', `one person has at most ${INVITATIONS_LIVE_MAX} invitations: take one back first`],
};

/** Where an invitation is needed, it is one of an administrator: a room's moderators let into the room alone. */
function registers({ isFromAdmin }: FoundInvitation, registration: Registration): boolean {
  return registration === 'open' || (registration === 'invite' && isFromAdmin);
}

function noInvitation(): ChatError {
  return new ChatError('not_found', NO_INVITATION);
}
