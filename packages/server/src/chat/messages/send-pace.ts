/** The rate limits of sending: for one person in all rooms, and for all people of one room [L2]. */
import type { OrderGate } from '../../store/append/order-gate.ts';
import type { Caller } from '../caller.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import type { StorageQuota } from '../limits/storage-quota.ts';
import type { Memberships } from '../rooms/memberships.ts';

/** The parts that SendPace works with. */
export type SendPaceDeps = {
  limits: Pick<RateLimits, 'take' | 'refusal' | 'charge'>;
  quota: Pick<StorageQuota, 'take' | 'giveBack'>;
  memberships: Pick<Memberships, 'require'>;
};

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
   * Takes a send of the caller, even if the room's limit then rejects it, and the room for its text.
   * @throws ChatError rate_limited, quota_exceeded, unavailable (the disk is nearly full).
   */
  acquire({ user }: Caller, roomId: number, content: string): void {
    const { limits, quota } = this.#deps;
    limits.take('send', user.id);
    this.requireCalm(roomId);
    quota.take(user.id, content);
  }

  /** Checks the room's own limit, for a caller who is known to be a member. @throws ChatError rate_limited. */
  requireCalm(roomId: number): void {
    const refusal = this.#deps.limits.refusal('room', roomId);
    if (refusal) throw refusal;
  }

  /** Takes back the room for a text that was not stored. */
  giveBack({ user }: Caller, content: string): void {
    this.#deps.quota.giveBack(user.id, content);
  }

  /** Charges the room for a stored message. Rejected messages cost the room nothing: outsiders must not silence it. */
  chargeRoom(roomId: number): void {
    this.#deps.limits.charge('room', roomId);
  }
}
