/** Invitations: links to the server or to a room, with an end and a number of uses. */
import {
  ChatError,
  type ErrorCode,
  INVITATION_DEFAULT_SECONDS,
  INVITATIONS_LIVE_MAX,
  type Invitation,
  type InvitationPreview,
  type NewInvitation,
  type Registration,
  type Room,
  type User,
} from '@banter/protocol';
import type { Appender } from '../../store/append/appender.ts';
import type { FoundInvitation, InvitationRefusal, InvitationStore } from '../../store/invitations.ts';
import { NO_INVITATION } from '../../store/rows/refusals.ts';
import type { Caller, Scope } from '../caller.ts';
import { rejectedField } from '../fields.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import { byId, type Page, type PageQuery, readPage } from '../paging.ts';
import { requirePermission } from '../permissions.ts';
import { createSecret, hashSecret } from '../secrets.ts';
import type { RoomCaps } from './room-caps.ts';
import type { Rooms } from './rooms.ts';
import { followEntry, type Subscriptions } from './subscriptions.ts';

/** The fields of a new invitation. */
export type NewInvitationInput = {
  /** The room to invite to; without it the invitation is to the server. */
  roomId?: number | undefined;
  /** How many people may use it; any number without it. */
  maxUses?: number | undefined;
  /** INVITATION_DEFAULT_SECONDS without it. */
  expiresInSeconds?: number | undefined;
};

/** The parts that Invitations works with. */
export type InvitationsDeps = {
  invitations: InvitationStore;
  appender: Pick<Appender, 'change'>;
  subscriptions: Pick<Subscriptions, 'followNew' | 'followFound'>;
  rooms: Pick<Rooms, 'get'>;
  limits: Pick<RateLimits, 'take'>;
  caps: Pick<RoomCaps, 'enter'>;
  registration: Registration;
};

/** The invitations to the server and to its rooms. The store knows their codes as hashes only. */
export class Invitations {
  readonly #deps: InvitationsDeps;

  constructor(deps: InvitationsDeps) {
    this.#deps = deps;
  }

  /**
   * Creates an invitation; its code is returned this once.
   * @throws ChatError not_found, not_member, forbidden, conflict (too many unused ones), rate_limited.
   */
  async create(caller: Caller, input: NewInvitationInput): Promise<NewInvitation> {
    const { roomId, maxUses, expiresInSeconds = INVITATION_DEFAULT_SECONDS } = input;
    // An invitation to the server is an act of administration, so a token needs the scope admin for it.
    if (roomId === undefined) requirePermission(caller, 'admin', null);
    const { user, scope } = caller;
    this.#deps.limits.take('createRoom', user.id);
    const code = createSecret();
    const wanted = { roomId: roomId ?? null, maxUses: maxUses ?? null, expiresInSeconds };
    const result = await this.#deps.invitations.insert(
      { hash: hashSecret(code), userId: user.id, liveMax: INVITATIONS_LIVE_MAX, ...wanted },
      scope,
    );
    if ('refused' in result) throw new ChatError(...REFUSALS[result.refused]);
    const { id, createdAt, expiresAt, roomName } = result.made;
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
  }

  /**
   * Returns a page of the invitations that the caller may revoke, newest first: their own, their rooms', and for
   * administrators the server's. @throws ChatError invalid.
   */
  list({ user, scope }: Caller, query: PageQuery): Promise<Page<Invitation>> {
    return readPage(
      query,
      byId('invitations', (below, limit) => this.#deps.invitations.list(user.id, below, limit, scope)),
    );
  }

  /**
   * Revokes an invitation.
   * @param codeOrId the code of its link, or its id from `list`. @throws ChatError not_found.
   */
  async revoke({ user, scope }: Caller, codeOrId: string): Promise<void> {
    const by = ID_PATTERN.test(codeOrId) ? { id: Number(codeOrId) } : { hash: hashSecret(codeOrId) };
    if (!(await this.#deps.invitations.delete(user.id, by, scope))) throw noInvitation();
  }

  /** Shows anybody with the code what it invites to. @throws ChatError not_found, the same for every unusable code. */
  async preview(code: string, scope: Scope): Promise<InvitationPreview> {
    const found = await this.#deps.invitations.find(hashSecret(code), null, scope);
    if (!found?.isUsable) throw noInvitation();
    return {
      ...(found.room ? { roomName: found.room.name } : {}),
      username: found.inviter,
      expiresAt: found.expiresAt,
      registers: registers(found, this.#deps.registration),
    };
  }

  /**
   * Makes the caller a member of the invitation's room and returns the room as they see it. An invitation to the server
   * gives a caller who has an account nothing more: it returns null.
   * @throws ChatError not_found, forbidden (banned), conflict (the caller is in too many rooms).
   */
  async accept(caller: Caller, code: string): Promise<Room | null> {
    const { invitations, rooms } = this.#deps;
    const found = await invitations.find(hashSecret(code), caller.user.id, caller.scope);
    // Rejects a used-up link before it waits for the room's lock: many people may still try it.
    if (!found?.isUsable && !found?.isReserved && !found?.isMember) throw noInvitation();
    if (!found.room) return null;
    if (!found.isMember) await this.#enter(caller.user, found.room.id, code, caller.scope);
    return rooms.get(caller, found.room.id);
  }

  /**
   * Checks that a code may be used to register, before the account is made.
   * @throws ChatError forbidden, naming `invite`.
   */
  async requireUsable(code: string, scope: Scope): Promise<void> {
    const found = await this.#deps.invitations.find(hashSecret(code), null, scope);
    if (found?.isUsable && registers(found, this.#deps.registration)) return;
    throw notInvited(NO_INVITATION);
  }

  /** Makes a person who has just registered with a code a member of its room, if the invitation is to a room. */
  async enterRoomOf(user: User, code: string, scope: Scope): Promise<void> {
    const found = await this.#deps.invitations.find(hashSecret(code), null, scope);
    if (found?.room) await this.#enter(user, found.room.id, code, scope);
  }

  async #enter({ id, username }: User, roomId: number, code: string, scope: Scope): Promise<void> {
    const { appender, subscriptions, caps } = this.#deps;
    const actor = { id, username };
    const enter = { type: 'enter', roomId, actor, invitation: hashSecret(code) } as const;
    const entry = { userId: id, roomId, isOwner: false, scope };
    const result = await caps.enter(entry, () => appender.change(enter));
    await followEntry(subscriptions, id, roomId, result);
  }
}

/** The error for a rejected registration; it names the form's field `invite`. */
export function notInvited(message: string): ChatError {
  return rejectedField('forbidden', 'invite', message);
}

/** The pattern of ids. Codes are longer and never of digits alone. */
const ID_PATTERN = /^[1-9]\d{0,15}$/;

const REFUSALS: Record<InvitationRefusal, [ErrorCode, string]> = {
  not_found: ['not_found', 'there is no such room'],
  not_member: ['not_member', 'join the room first'],
  forbidden: ['forbidden', 'only moderators can invite to this room'],
  archived: ['forbidden', 'the room is archived: its owners can restore it'],
  not_administrator: ['forbidden', 'only administrators can invite to the server'],
  too_many: ['conflict', `you have ${INVITATIONS_LIVE_MAX} invitations: revoke one first`],
};

/** Whether an invitation lets a person register. If the server requires one, it must be an administrator's. */
function registers({ isFromAdmin }: FoundInvitation, registration: Registration): boolean {
  return registration === 'open' || (registration === 'invite' && isFromAdmin);
}

function noInvitation(): ChatError {
  return new ChatError('not_found', NO_INVITATION);
}
