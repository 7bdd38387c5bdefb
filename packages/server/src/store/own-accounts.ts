/** What people change of their own accounts. */
import type { OwnProfile, Profile } from '@banter/protocol';
import { type Database, isUniqueViolation, type Scope, statements } from './database/database.ts';
import { toUser, type UserRow } from './users.ts';

/** What is to be changed of a profile: null takes it away, and what is not there stays. */
export type ProfileChange = {
  displayName?: string | null;
  about?: string | null;
  timeZone?: string | null;
};
export type PasswordChange = {
  userId: number;
  /** The hash that was proved. */
  provedHash: string;
  newHash: string;
  /** The session that goes on. */
  keptSessionId: number;
  withTokens: boolean;
  at: Date;
};

export type OwnAccountStore = {
  /** By username, without regard to case. */
  findProfile(username: string, scope?: Scope): Promise<Profile | null>;
  findOwn(userId: number, scope?: Scope): Promise<OwnProfile | null>;
  /** The hash of a person's password. */
  findPasswordHash(userId: number, scope?: Scope): Promise<string | null>;
  update(userId: number, change: ProfileChange, scope?: Scope): Promise<void>;
  /** False where somebody else has the address. */
  setEmail(userId: number, email: string | null, scope?: Scope): Promise<boolean>;
  /** The sessions that ended by it; null where the password is not the proved one any more. */
  changePassword(change: PasswordChange, scope?: Scope): Promise<number[] | null>;
};

const PROFILE = 'SELECT id, username, is_admin, display_name, about, time_zone';

export const OWN_ACCOUNT_SQL = statements('own-accounts', {
  findProfile: `${PROFILE} FROM accounts
    WHERE lower(username COLLATE "C") = lower($1 COLLATE "C") AND deleted_at IS NULL`,
  findOwn: `${PROFILE}, email FROM accounts WHERE id = $1`,
  findPasswordHash: 'SELECT password_hash FROM accounts WHERE id = $1',
  update: `
    UPDATE accounts SET
      display_name = CASE WHEN $2::jsonb ? 'displayName' THEN $2::jsonb ->> 'displayName' ELSE display_name END,
      about = CASE WHEN $2::jsonb ? 'about' THEN $2::jsonb ->> 'about' ELSE about END,
      time_zone = CASE WHEN $2::jsonb ? 'timeZone' THEN $2::jsonb ->> 'timeZone' ELSE time_zone END
    WHERE id = $1`,
  setEmail: `
    WITH changed AS (UPDATE accounts SET email = $2 WHERE id = $1 AND email IS DISTINCT FROM $2 RETURNING id)
    SELECT audit(id, 'account.email', jsonb_build_object('userId', id)) FROM changed`,
  changePassword: 'SELECT is_changed, ended FROM change_password($1, $2, $3, $4, $5, $6)',
});

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
      await query(OWN_ACCOUNT_SQL.update, [userId, JSON.stringify(change)], scope);
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
