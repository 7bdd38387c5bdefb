/** People, as others see them: who they are, and how. */
import type { PublicProfile } from '@banter/protocol';
import type { LastSeenStore } from '../../store/last-seen.ts';
import type { Caller } from '../caller.ts';
import type { Presence } from '../presence/presence.ts';
import type { OwnAccount } from './own-account.ts';

export type People = {
  /** @throws ChatError not_found. */
  find(caller: Caller, username: string): Promise<PublicProfile>;
};

export type PeopleDeps = {
  ownAccount: Pick<OwnAccount, 'profileOf'>;
  presence: Pick<Presence, 'of'>;
  lastSeen: Pick<LastSeenStore, 'find'>;
};

export function createPeople({ ownAccount, presence, lastSeen }: PeopleDeps): People {
  return {
    async find(caller, username) {
      const profile = await ownAccount.profileOf(caller, username);
      const now = presence.of(profile.id);
      const lastSeenAt = now.state === 'offline' ? await lastSeen.find(profile.id, caller.scope) : null;
      return { ...profile, ...now, ...(lastSeenAt === null ? {} : { lastSeenAt }) };
    },
  };
}
