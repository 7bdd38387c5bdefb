/** Typing notices: shown for a moment, never stored [C6]. */
import { ChatError } from '@banter/protocol';
import type { Connection } from '../../hub/connection.ts';
import type { Hub } from '../../hub/hub.ts';
import type { MembershipStore } from '../../store/memberships.ts';
import type { Caller } from '../caller.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import { requireMember } from './room-access.ts';
import type { SpeakingRights } from './speaking-rights.ts';

/** The parts that Typing works with. */
export type TypingDeps = {
  memberships: Pick<MembershipStore, 'find'>;
  hub: Pick<Hub, 'broadcast'>;
  limits: Pick<RateLimits, 'take'>;
  speakingRights: Pick<SpeakingRights, 'adopt' | 'maySpeak'>;
};

/** Tells a room's subscribers that a person is typing. A person who may not speak there is ignored silently. */
export class Typing {
  readonly #deps: TypingDeps;

  constructor(deps: TypingDeps) {
    this.#deps = deps;
  }

  /**
   * Tells a room that the caller is typing, over a connection that follows the room. Reads nothing from the store.
   * @throws ChatError not_member (the connection does not follow the room), rate_limited.
   */
  notifyOver(caller: Caller, connection: Connection, roomId: number): void {
    // A subscription proves a membership: it was checked at the start, and a fence ends it.
    const subscription = connection.subscriptions.get(roomId);
    if (!subscription || subscription.isShutOut)
      throw new ChatError('not_member', 'subscribe to this room first');
    this.#broadcast(caller, roomId);
  }

  /**
   * Tells a room that the caller is typing, for a caller without a connection.
   * @throws ChatError not_found, not_member, rate_limited.
   */
  async notify(caller: Caller, roomId: number): Promise<void> {
    const { memberships, speakingRights } = this.#deps;
    speakingRights.adopt(caller.user.id, await requireMember(memberships, caller, roomId));
    this.#broadcast(caller, roomId);
  }

  #broadcast({ user: { id: userId, username } }: Caller, roomId: number): void {
    const { hub, limits, speakingRights } = this.#deps;
    limits.take('typing', userId);
    if (!speakingRights.maySpeak(roomId, userId)) return;
    hub.broadcast([roomId], { type: 'typing', roomId, userId, username }, userId);
  }
}
