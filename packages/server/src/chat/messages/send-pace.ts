/** How fast may be spoken: by one person anywhere, and in one room by all its people together [L2]. */
import type { OrderGate } from '../../store/append/order-gate.ts';
import type { Caller } from '../caller.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import type { Memberships } from '../rooms/memberships.ts';

export type SendPace = {
  /** Whether the room has had too much, and the caller not: then it must be looked whether they may learn of it. */
  isBusy(caller: Caller, roomId: number): boolean;
  /**
   * Looks whether the caller is a member: how busy a room is, nobody else may learn [A5]. What comes through the gate
   * meanwhile is to wait for `gate.hold`. Resolves with what refuses the caller (ChatError not_found, not_member,
   * unavailable), or null; for the one who asked first, so that it goes on before those who wait [S4].
   */
  look(caller: Caller, roomId: number, gate?: OrderGate): Promise<unknown>;
  /** Takes one of the caller's, also when it is the room that refuses. @throws ChatError rate_limited. */
  take(caller: Caller, roomId: number): void;
  /** To be told of what was stored, and of nothing else: who may not speak in a room must not silence it. */
  stored(roomId: number): void;
};

export type SendPaceDeps = {
  limits: Pick<RateLimits, 'take' | 'refusal' | 'charge'>;
  memberships: Pick<Memberships, 'require'>;
};

export function createSendPace({ limits, memberships }: SendPaceDeps): SendPace {
  return {
    // A flood is refused for itself, and costs the store no look.
    isBusy: ({ user }, roomId) =>
      limits.refusal('room', roomId) !== null && limits.refusal('send', user.id) === null,

    look(caller, roomId, gate) {
      const looking = memberships.require(caller, roomId).then(
        () => null,
        (error: unknown) => error,
      );
      if (gate) gate.hold = looking;
      return looking;
    },

    take({ user }, roomId) {
      limits.take('send', user.id);
      const refusal = limits.refusal('room', roomId);
      if (refusal) throw refusal;
    },

    stored: (roomId) => limits.charge('room', roomId),
  };
}
