/** The rate limits of sending: for one person in all rooms, and for all people of one room [L2]. */
import { ChatError, type ErrorCode } from '@banter/protocol';
import type { OrderGate } from '../../store/append/order-gate.ts';
import type { MessageStore } from '../../store/messages.ts';
import type { Caller } from '../caller.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import type { StorageQuota } from '../limits/storage-quota.ts';
import type { Memberships } from '../rooms/memberships.ts';

/** The parts that SendPace works with. */
export type SendPaceDeps = {
  limits: Pick<RateLimits, 'take' | 'refusal' | 'requireShare' | 'charge'>;
  quota: Pick<StorageQuota, 'take' | 'giveBack'>;
  memberships: Pick<Memberships, 'require'>;
  messages: Pick<MessageStore, 'isStored'>;
};

/** The refusals of a text for which there is no space left. A repeat needs none. */
const NO_SPACE: ReadonlySet<ErrorCode> = new Set(['quota_exceeded', 'unavailable']);

/** Decides whether a message may be sent now. */
export class SendPace {
  readonly #deps: SendPaceDeps;

  constructor(deps: SendPaceDeps) {
    this.#deps = deps;
  }

  /**
   * Whether the room is over its limit and the caller is not. Then the caller's membership must be checked first: only
   * members may learn how busy a room is [A5]. A caller over their own limit is rejected for that, without a query.
   */
  isRoomBusy({ user }: Caller, roomId: number): boolean {
    const { limits } = this.#deps;
    return limits.refusal('room', roomId) !== null && limits.refusal('send', user.id) === null;
  }

  /**
   * Checks that the caller belongs to the room. Sends that come through the gate meanwhile wait for `gate.hold`.
   * @returns the error that rejects the caller (not_found, not_member, unavailable), or null. It resolves for the first
   * send before it resolves for those that wait [S4].
   */
  checkMember(caller: Caller, roomId: number, gate?: OrderGate): Promise<unknown> {
    const checked = this.#deps.memberships.require(caller, roomId).then(
      () => null,
      (error: unknown) => error,
    );
    if (gate) gate.hold = checked;
    return checked;
  }

  /**
   * Takes a send of the caller, even if the room then rejects it, and the space for its text.
   * @returns null, or the error that rejects a new text: quota_exceeded, or unavailable while the disk is nearly full.
   * @throws ChatError rate_limited.
   */
  acquire({ user }: Caller, roomId: number, content: string): ChatError | null {
    const { limits, quota } = this.#deps;
    try {
      limits.take('send', user.id);
      limits.requireShare(roomId, user.id);
      quota.take(user.id, content);
      return null;
    } catch (error) {
      if (error instanceof ChatError && NO_SPACE.has(error.code)) return error;
      throw error;
    }
  }

  /**
   * Checks whether a send for which there is no space is a repeat: it stores nothing, and gets the seq of the first [S2]. Sends
   * that come through the gate meanwhile wait for `gate.hold`.
   * @returns the error that rejects the send, or null. It resolves in the order of checkMember.
   */
  checkRepeat(
    noSpace: ChatError,
    { user, scope }: Caller,
    roomId: number,
    id: string,
    gate?: OrderGate,
  ): Promise<unknown> {
    const checked = this.#deps.messages.isStored(roomId, user.id, id, scope).then(
      (isStored) => (isStored ? null : noSpace),
      (error: unknown) => error,
    );
    if (gate) gate.hold = checked;
    return checked;
  }

  /** Checks the room's own limit and the caller's share of it, for a known member. @throws ChatError rate_limited. */
  requireShare({ user }: Caller, roomId: number): void {
    this.#deps.limits.requireShare(roomId, user.id);
  }

  /** Takes back the space for a text that was not stored. */
  giveBack({ user }: Caller, content: string): void {
    this.#deps.quota.giveBack(user.id, content);
  }

  /** Charges the room for a stored message. Rejected messages cost the room nothing: outsiders must not silence it. */
  chargeRoom(roomId: number): void {
    this.#deps.limits.charge('room', roomId);
  }
}
