/** Administration of accounts. Each act checks the administrator's right again under the lock, and is audited. */
import { type Database, type Scope, statements } from './database/database.ts';
import { checkDone } from './rows/refusals.ts';

/** An account as administrators see it. Times are ISO 8601. */
export type AccountRecord = {
  id: number;
  username: string;
  email: string | null;
  admin: boolean;
  createdAt: string;
  /** When a running session or token was last used; null without any. */
  lastUsedAt: string | null;
  /** Null while the account is enabled. */
  disabledAt: string | null;
};

/** Usernames that begin with `prefix` and come after the name `after`, in any case. `limit`: how many at most. */
export type AccountFilter = { prefix: string; after: string; limit: number };

/** A change of an account. An absent field stays as it is. */
export type AccountChange = { disabled?: boolean | undefined; admin?: boolean | undefined };

/** Reads and changes accounts. `actorId` is the administrator. */
export type AdministrationStore = {
  /** Lists accounts by name. */
  list(filter: AccountFilter, scope?: Scope): Promise<AccountRecord[]>;
  /** Finds an account; null if it does not exist. */
  find(userId: number, scope?: Scope): Promise<AccountRecord | null>;
  /**
   * Changes an account. Returns the ids of the sessions that ended with that.
   * @throws ChatError forbidden (no longer an administrator), not_found, conflict (the actor's own account, or the last
   * administrator).
   */
  change(actorId: number, userId: number, change: AccountChange, at: Date, scope?: Scope): Promise<number[]>;
  /**
   * Ends one session or token of an account, or all with null. Returns the ids that ended.
   * @throws ChatError forbidden (no longer an administrator), not_found.
   */
  endSessions(
    actorId: number,
    userId: number,
    sessionId: number | null,
    at: Date,
    scope?: Scope,
  ): Promise<number[]>;
  /**
   * Stores the hash of a one-use token for a new password. `actorId` is null for the operator.
   * @throws ChatError forbidden (no longer an administrator), not_found.
   */
  createReset(
    actorId: number | null,
    userId: number,
    hash: Buffer,
    expiresAt: Date,
    scope?: Scope,
  ): Promise<void>;
  /**
   * Lets a deleted account's username be registered again. `actorId` is null for the operator. Returns whether a deleted
   * account had it. @throws ChatError forbidden (no longer an administrator).
   */
  releaseUsername(actorId: number | null, username: string, scope?: Scope): Promise<boolean>;
  /** Returns the owner of a token; null when it is unknown, used or expired. */
  findReset(hash: Buffer, at: Date, scope?: Scope): Promise<{ username: string } | null>;
  /**
   * Uses up a token and sets the password. Returns the ids of the sessions that ended; null when the token is unknown, used
   * or expired.
   */
  useReset(
    hash: Buffer,
    passwordHash: string,
    at: Date,
    address: string,
    scope?: Scope,
  ): Promise<number[] | null>;
};

const VIEW = `
  SELECT a.id, a.username, a.email, a.is_admin, a.created_at, a.disabled_at,
         (SELECT max(s.last_used_at) FROM sessions s WHERE s.account_id = a.id AND s.ended_at IS NULL) AS last_used_at
  FROM accounts a`;

/** The statements of administration. */
export const ADMINISTRATION_SQL = statements('administration', {
  list: `${VIEW}
    WHERE a.deleted_at IS NULL AND starts_with(lower(a.username COLLATE "C"), lower($1 COLLATE "C"))
      AND lower(a.username COLLATE "C") > lower($2 COLLATE "C")
    ORDER BY lower(a.username COLLATE "C") LIMIT $3`,
  find: `${VIEW} WHERE a.id = $1 AND a.deleted_at IS NULL`,
  change: 'SELECT outcome, ended FROM change_account_rights($1, $2, $3, $4, $5)',
  endSessions: 'SELECT outcome, ended FROM end_account_sessions($1, $2, $3, $4)',
  createReset: 'SELECT create_reset($1, $2, $3, $4) AS outcome',
  releaseUsername: 'SELECT release_username($1, $2) AS outcome',
  findReset: `
    SELECT a.username FROM account_resets r JOIN accounts a ON a.id = r.account_id
    WHERE r.hash = $1 AND r.expires_at > $2 AND a.deleted_at IS NULL`,
  useReset: 'SELECT outcome, ended FROM use_reset($1, $2, $3, $4)',
});

/** Creates the store of administration. */
export function createAdministrationStore({ query }: Database): AdministrationStore {
  return {
    async list({ prefix, after, limit }, scope) {
      const rows = await query<AccountRow>(ADMINISTRATION_SQL.list, [prefix, after, limit], scope);
      return rows.map(toRecord);
    },
    async find(userId, scope) {
      const [row] = await query<AccountRow>(ADMINISTRATION_SQL.find, [userId], scope);
      return row ? toRecord(row) : null;
    },
    async change(actorId, userId, { disabled, admin }, at, scope) {
      const values = [actorId, userId, disabled ?? null, admin ?? null, at];
      return endedBy(await query<OutcomeRow>(ADMINISTRATION_SQL.change, values, scope));
    },
    async endSessions(actorId, userId, sessionId, at, scope) {
      const values = [actorId, userId, sessionId, at];
      return endedBy(await query<OutcomeRow>(ADMINISTRATION_SQL.endSessions, values, scope));
    },
    async createReset(actorId, userId, hash, expiresAt, scope) {
      endedBy(
        await query<OutcomeRow>(ADMINISTRATION_SQL.createReset, [actorId, userId, hash, expiresAt], scope),
      );
    },
    async releaseUsername(actorId, username, scope) {
      const [row] = await query<OutcomeRow>(ADMINISTRATION_SQL.releaseUsername, [actorId, username], scope);
      return checkDone(row?.outcome);
    },
    async findReset(hash, at, scope) {
      const [row] = await query<{ username: string }>(ADMINISTRATION_SQL.findReset, [hash, at], scope);
      return row ?? null;
    },
    async useReset(hash, passwordHash, at, address, scope) {
      const values = [hash, passwordHash, at, address];
      const [row] = await query<OutcomeRow>(ADMINISTRATION_SQL.useReset, values, scope);
      return row?.outcome === 'done' ? (row.ended ?? []) : null;
    },
  };
}

type OutcomeRow = { outcome: string; ended?: number[] | null };
type AccountRow = {
  id: number;
  username: string;
  email: string | null;
  is_admin: boolean;
  created_at: string;
  disabled_at: string | null;
  last_used_at: string | null;
};

function endedBy([row]: OutcomeRow[]): number[] {
  checkDone(row?.outcome);
  return row?.ended ?? [];
}

function toRecord(row: AccountRow): AccountRecord {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    admin: row.is_admin,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    disabledAt: row.disabled_at,
  };
}
