/** People's own accounts: profiles, emails and passwords. */
import type { OwnProfile, Profile } from '@banter/protocol';
import { type Database, isUniqueViolation, type Scope, statements } from './database/database.ts';
import { wordsOf } from './rows/name-words.ts';
import { toUser, type UserRow } from './rows/users.ts';

/** A change of a profile. Null removes a field; an absent field stays as it is. */
export type ProfileChange = {
  displayName?: string | null;
  about?: string | null;
  timeZone?: string | null;
};

/** A change of a password. */
export type PasswordChange = {
  userId: number;
  /** The hash of the password that the person proved to know. */
  provedHash: string;
  newHash: string;
  /** The login that does not end. */
  keptSessionId: number;
  /** Whether personal tokens end too. */
  withTokens: boolean;
  at: Date;
};

/** Reads and changes accounts for their owners. */
export type OwnAccountStore = {
  /** Finds anyone's profile by username, in any case; null if it does not exist. */
  findProfile(username: string, scope?: Scope): Promise<Profile | null>;
  /** Finds the profile of `userId`, with the email; null if it does not exist. */
  findOwn(userId: number, scope?: Scope): Promise<OwnProfile | null>;
  /** Returns a person's password hash; null when there is no such account. */
  findPasswordHash(userId: number, scope?: Scope): Promise<string | null>;
  /** Changes a profile. */
  update(userId: number, change: ProfileChange, scope?: Scope): Promise<void>;
  /** Sets an email, or removes it with null. Returns false when another account has it. */
  setEmail(userId: number, email: string | null, scope?: Scope): Promise<boolean>;
  /**
   * Changes a password and ends all other logins, and personal tokens if asked. Returns the ids of the sessions that ended;
   * null when the password is no longer the proved one.
   */
  changePassword(change: PasswordChange, scope?: Scope): Promise<number[] | null>;
};

const PROFILE = 'SELECT id, username, is_admin, display_name, about, time_zone';

/** The statements of own accounts. */
export const OWN_ACCOUNT_SQL = statements('own-accounts', {
  findProfile: `${PROFILE} FROM accounts
    WHERE lower(username COLLATE "C") = lower($1 COLLATE "C") AND deleted_at IS NULL`,
  findOwn: `${PROFILE}, email FROM accounts WHERE id = $1`,
  findPasswordHash: 'SELECT password_hash FROM accounts WHERE id = $1',
  update: `
    UPDATE accounts SET
      display_name = CASE WHEN $2::jsonb ? 'displayName' THEN $2::jsonb ->> 'displayName' ELSE display_name END,
      display_words = CASE WHEN $2::jsonb ? 'displayName' THEN array_to_tsvector($3::text[]) ELSE display_words END,
      about = CASE WHEN $2::jsonb ? 'about' THEN $2::jsonb ->> 'about' ELSE about END,
      time_zone = CASE WHEN $2::jsonb ? 'timeZone' THEN $2::jsonb ->> 'timeZone' ELSE time_zone END
    WHERE id = $1`,
  setEmail: 'SELECT change_email($1, $2)',
  changePassword: 'SELECT is_changed, ended FROM change_password($1, $2, $3, $4, $5, $6)',
});

/** Creates the store of own accounts. */
export function createOwnAccountStore({ query }: Database): OwnAccountStore {
  return {
    async findProfile(username, scope) {
      const [row] = await query<ProfileRow>(OWN_ACCOUNT_SQL.findProfile, [username], scope);
      return row ? toProfile(row) : null;
    },
    async findOwn(userId, scope) {
      const [row] = await query<OwnRow>(OWN_ACCOUNT_SQL.findOwn, [userId], scope);
      return row ? { ...toProfile(row), ...(row.email === null ? {} : { email: row.email }) } : null;
    },
    async findPasswordHash(userId, scope) {
      const [row] = await query<{ password_hash: string }>(OWN_ACCOUNT_SQL.findPasswordHash, [userId], scope);
      return row?.password_hash ?? null;
    },
    async update(userId, change, scope) {
      const words = wordsOf(change.displayName ?? '');
      await query(OWN_ACCOUNT_SQL.update, [userId, JSON.stringify(change), words], scope);
    },
    async setEmail(userId, email, scope) {
      try {
        await query(OWN_ACCOUNT_SQL.setEmail, [userId, email], scope);
        return true;
      } catch (error) {
        if (isUniqueViolation(error, 'accounts_email_key')) return false;
        throw error;
      }
    },
    async changePassword({ userId, provedHash, newHash, keptSessionId, withTokens, at }, scope) {
      const values = [userId, provedHash, newHash, keptSessionId, withTokens, at];
      const [row] = await query<ChangedRow>(OWN_ACCOUNT_SQL.changePassword, values, scope);
      return row?.is_changed ? row.ended : null;
    },
  };
}

type ProfileRow = UserRow & { about: string | null; time_zone: string | null };
type OwnRow = ProfileRow & { email: string | null };
type ChangedRow = { is_changed: boolean; ended: number[] };

function toProfile(row: ProfileRow): Profile {
  const profile: Profile = toUser(row);
  if (row.about !== null) profile.about = row.about;
  if (row.time_zone !== null) profile.timeZone = row.time_zone;
  return profile;
}
