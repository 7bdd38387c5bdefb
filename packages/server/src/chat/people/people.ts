/** People, as others see them: profile and presence. */
import type { PublicProfile } from '@banter/protocol';
import type { LastSeenStore } from '../../store/last-seen.ts';
import type { Caller } from '../caller.ts';
import type { Presence } from '../presence/presence.ts';
import type { OwnAccount } from './own-account.ts';

/** The parts that People works with. */
export type PeopleDeps = {
  ownAccount: Pick<OwnAccount, 'profileOf'>;
  presence: Pick<Presence, 'of'>;
  lastSeen: Pick<LastSeenStore, 'find'>;
};

/** The people of the server. */
export class People {
  readonly #deps: PeopleDeps;

  constructor(deps: PeopleDeps) {
    this.#deps = deps;
  }

  /**
   * Returns a person's profile with their presence; for people who are offline with the time they were last seen.
   * @throws ChatError not_found.
   */
  async find(caller: Caller, username: string): Promise<PublicProfile> {
    const { ownAccount, presence, lastSeen } = this.#deps;
    const profile = await ownAccount.profileOf(caller, username);
    const now = presence.of(profile.id);
    const lastSeenAt = now.state === 'offline' ? await lastSeen.find(profile.id, caller.scope) : null;
    return { ...profile, ...now, ...(lastSeenAt === null ? {} : { lastSeenAt }) };
  }
}
