/** The rules for new usernames. Accounts that are older than a rule keep their names. */
import { compareForm } from './normal-form.ts';
import { NEW_USERNAME_PATTERN, USERNAME_RULE } from './text.ts';

/** The reserved words, by the reason why nobody may have them. */
const RESERVED = {
  // In a search or a mention they are no person: `from:me`, `@room`. The others mean everybody in other chats.
  'is a word of searches and mentions':
    'me myself you room rooms all any anyone everybody everyone here channel channels group',
  // A stranger with such a name would be believed.
  'sounds like a person in charge':
    'admin admins administrator administrators root superuser sysadmin operator operators mod mods moderator moderators owner owners staff team official security abuse support help helpdesk info contact postmaster webmaster hostmaster noreply',
  'sounds like the server itself': 'banter server system daemon service bot lobby notice notices info api',
  'stands for nobody':
    'null nil none undefined nan true false void unknown nobody anonymous anon guest deleted removed user username',
} as const;

const REASONS = new Map<string, string>(
  Object.entries(RESERVED).flatMap(([reason, words]) => words.split(' ').map((word) => [word, reason])),
);
/** Clients and the store show a deleted account under such a name, in brackets. */
const DELETED = /^deleted\d+$/;

/** Returns what is wrong with a new username, as a sentence that says what to do; null if it is valid. */
export function usernameProblem(username: string): string | null {
  if (!NEW_USERNAME_PATTERN.test(username)) return `a username has ${USERNAME_RULE}`;
  const reason = reservedReason(username);
  return reason === null ? null : `this username is reserved, because it ${reason}: choose another`;
}

/** Returns why a name is reserved, or null. Case and the signs `_ . -` do not count, so `Ad.min` is `admin`. */
export function reservedReason(username: string): string | null {
  const word = compareForm(username).replace(/[_.-]/g, '');
  return REASONS.get(word) ?? (DELETED.test(word) ? 'sounds like a deleted account' : null);
}
