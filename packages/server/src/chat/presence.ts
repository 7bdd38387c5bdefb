/** Presence: who is here. Derived from connections; told once per person, not per tab. */
import type { PresenceState } from '@banter/protocol';
import type { Clock } from '../clock.ts';
import type { Hub } from '../hub/hub.ts';
import type { Memberships as MembershipStore } from '../store/memberships.ts';

export type Person = { userId: number; username: string };

export type Presence = {
  /** To be told by the hub when a person's first connection opens or the last one closes. */
  note(person: Person, isOnline: boolean): void;
  stateOf(userId: number): PresenceState;
  /** How many people are here. */
  count(): number;
};

export type PresenceDeps = {
  memberships: Pick<MembershipStore, 'roomIdsOf'>;
  hub: Pick<Hub, 'broadcast'>;
  clock: Clock;
  onProblem: (error: unknown) => void;
};

/** Who is back within this time was never away: a reload is nobody's news. */
export const OFFLINE_DELAY_MS = 5_000;

export function createPresence({ memberships, hub, clock, onProblem }: PresenceDeps): Presence {
  /** Who is here; for those who may be leaving, what calls the leaving off. */
  const here = new Map<number, { callOff: (() => void) | null }>();

  function stateOf(userId: number): PresenceState {
    return here.has(userId) ? 'online' : 'offline';
  }

  function tell({ userId, username }: Person, state: PresenceState): void {
    memberships
      .roomIdsOf(userId)
      .then((roomIds) => {
        // What changed meanwhile is told by its own call: the last word must be the true one.
        if (stateOf(userId) !== state) return;
        hub.broadcast(roomIds, { type: 'presence', userId, username, state }, userId);
      })
      .catch(onProblem);
  }

  return {
    note(person, isOnline) {
      const known = here.get(person.userId);
      known?.callOff?.();
      if (isOnline) {
        here.set(person.userId, { callOff: null });
        if (!known) tell(person, 'online');
        return;
      }
      const callOff = clock.after(OFFLINE_DELAY_MS, () => {
        here.delete(person.userId);
        tell(person, 'offline');
      });
      here.set(person.userId, { callOff });
    },
    stateOf,
    count: () => here.size,
  };
}
