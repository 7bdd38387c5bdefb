/** People, as others see them: profile and presence. */
import { DISPLAY_NAME_MAX_CHARS, type PublicProfile, searchForm, type User } from '@banter/protocol';
import type { LastSeenStore } from '../../store/last-seen.ts';
import type { UserStore } from '../../store/users.ts';
import type { Caller } from '../caller.ts';
import { checkLine, invalidField } from '../fields.ts';
import type { Presence } from '../presence/presence.ts';
import type { OwnAccount } from './own-account.ts';

/** People found at once. More letters of the name find the others. */
export const FOUND_PEOPLE_MAX = 20;

/** The parts that People works with. */
export type PeopleDeps = {
  ownAccount: Pick<OwnAccount, 'profileOf'>;
  presence: Pick<Presence, 'of'>;
  lastSeen: Pick<LastSeenStore, 'find'>;
  users: Pick<UserStore, 'lookUp'>;
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

  /**
   * Returns up to FOUND_PEOPLE_MAX people by the beginning of their username or of a word of their display name, with or without an `@` [U9].
   * @throws ChatError invalid.
   */
  async lookUp({ user, scope }: Caller, text: string): Promise<User[]> {
    const begin = searchForm(checkLine(text, 'q', DISPLAY_NAME_MAX_CHARS))
      .replace(/^[\s@]+/, '')
      .trimEnd();
    if (begin === '') throw invalidField('q', 'q must have at least one letter or digit');
    return this.#deps.users.lookUp(user.id, begin, FOUND_PEOPLE_MAX, scope);
  }
}
