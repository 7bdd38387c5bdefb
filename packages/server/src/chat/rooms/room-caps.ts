/** How many rooms a person may own and be in, so that no account fills the lists and the memory of everybody [L8]. */
import { ChatError } from '@banter/protocol';
import type { MembershipStore } from '../../store/memberships.ts';
import type { Scope } from '../caller.ts';

/** The most of each that one person may have; `subscriptions` is counted for each socket. */
export type Caps = { roomsOwned: number; roomsJoined: number; subscriptions: number };

/** The parts that RoomCaps works with. `caps`: null lifts them. */
export type RoomCapsDeps = { memberships: Pick<MembershipStore, 'countOf'>; caps: Caps | null };

/**
 * An entry into a room, or a new role in it. `roomId`: null for a new room. `isOwner`: whether the person will own it for sure. `isAdded`: whether somebody else
 * puts them there. `scope`: that of the call, whose caller pays for the count.
 */
type Entry = { userId: number; roomId: number | null; isOwner: boolean; isAdded?: boolean; scope: Scope };

/** The caps of this server, and the entries under way. */
export class RoomCaps {
  readonly #deps: RoomCapsDeps;
  /** How many entries of a person are under way: they are not in the store yet. */
  readonly #entering = new Map<number, number>();

  constructor(deps: RoomCapsDeps) {
    this.#deps = deps;
  }

  /**
   * Lets a person into a room, or gives them a role in it, by `act`, if their maximum allows it. The first person in an empty room
   * becomes its owner [C1]. Members are in the room already, and its owners own it, even above a maximum that was lowered since.
   * For their own acts, rooms into which others put them do not count: nobody can fill another person's maximum.
   * @throws ChatError conflict (the maximum is reached), and as `act`.
   */
  async enter<T>(
    { userId, roomId, isOwner, isAdded = false, scope }: Entry,
    act: () => Promise<T>,
  ): Promise<T> {
    const { memberships, caps } = this.#deps;
    if (caps === null) return act();
    const turn = (this.#entering.get(userId) ?? 0) + 1;
    this.#entering.set(userId, turn);
    try {
      const { joined, owned, role, isEmpty } = await memberships.countOf(
        userId,
        { exceptId: roomId, isChosenOnly: !isAdded },
        scope,
      );
      if (role === null && joined + turn > caps.roomsJoined)
        throw tooMany('is in', caps.roomsJoined, 'leave one');
      if ((isOwner || isEmpty) && role !== 'owner' && owned + turn > caps.roomsOwned)
        throw tooMany('owns', caps.roomsOwned, 'hand one over or leave it');
      return await act();
    } finally {
      const left = (this.#entering.get(userId) ?? 1) - 1;
      if (left > 0) this.#entering.set(userId, left);
      else this.#entering.delete(userId);
    }
  }

  /** Checks that a socket with this many subscriptions may have one more. @throws ChatError conflict. */
  requireSubscription(count: number): void {
    const max = this.#deps.caps?.subscriptions ?? Number.POSITIVE_INFINITY;
    if (count >= max)
      throw new ChatError(
        'conflict',
        `this socket follows ${max} rooms, the most possible: unsubscribe one first`,
      );
  }
}

function tooMany(what: string, max: number, remedy: string): ChatError {
  return new ChatError('conflict', `this person ${what} ${max} rooms, the most possible: ${remedy} first`);
}
