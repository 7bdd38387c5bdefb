/**
 * Sessions (logins) and their one-use tickets. Tokens and tickets come here as SHA-256 hashes only. Personal tokens are
 * rows of the same table, so that checking or ending a session works for both.
 */
import type { TokenScope, User } from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';
import { type Rotation, type RotationInput, rotateRefreshToken } from './refresh-tokens.ts';
import { IS_LIVE_SESSION } from './rows/conditions.ts';
import { toUser, USER_COLUMNS, type UserRow } from './rows/users.ts';

export type { Rotation, RotationInput } from './refresh-tokens.ts';

/** A login to store. */
export type NewSession = {
  userId: number;
  /** The hash of its first refresh token. */
  refreshHash: Buffer;
  userAgent: string;
  address: string;
  at: Date;
  expiresAt: Date;
  /** The hash of the password that the person signed in with, if they did. */
  passwordHash?: string | undefined;
};

/** A login as its owner sees it. Times are ISO 8601. */
export type StoredSession = {
  id: number;
  createdAt: string;
  lastUsedAt: string;
  userAgent: string;
  address: string;
};

/** The end of a session, for the audit log. The end of a personal token is always `token.revoke` there. */
export type SessionEnd = {
  /** The account that ends it; null when nobody is signed in. */
  actorId: number | null;
  /** How it ends. */
  act: 'session.logout' | 'session.end' | 'session.refresh-reuse';
  /** The address of the request, if the audit log should have it. */
  address?: string;
};

/** A session that is valid now. `token`: the rights of a personal token; null for a login. */
export type LiveSession = { sessionId: number; user: User; token: TokenRights | null };

/** The rights of a personal token: in one room, or in all if `roomId` is null; `expiresAt` null for never. */
export type TokenRights = { scopes: TokenScope[]; roomId: number | null; expiresAt: string | null };

/** A session is a login or a personal token. */
export type SessionKind = 'login' | 'token';

/** A use of a session. */
export type SessionUse = { sessionId: number; at: Date };

/** Reads and writes sessions. */
export type SessionStore = {
  /** Stores a login and returns its id; null if the account is disabled, or has another password hash by now. */
  insert(session: NewSession, scope?: Scope): Promise<number | null>;
  /** Returns the session if it is live at `at` and its account is not disabled, otherwise null. */
  findLive(sessionId: number, at: Date, scope?: Scope): Promise<LiveSession | null>;
  /** Returns those of the ids whose sessions are live at `at`. */
  listLive(sessionIds: readonly number[], at: Date, scope?: Scope): Promise<number[]>;
  /** Lists a person's logins that are live at `at`, newest first: those with ids below `below`, up to `limit`. */
  list(userId: number, at: Date, below: number, limit: number, scope?: Scope): Promise<StoredSession[]>;
  /**
   * Ends a session of `userId`, if it is of this kind (null for any), and the personal tokens that were created through it.
   * Returns the ids that ended; empty when there is no such live session.
   */
  end(
    sessionId: number,
    userId: number,
    kind: SessionKind | null,
    at: Date,
    by: SessionEnd,
    scope?: Scope,
  ): Promise<number[]>;
  /** Ends all live logins of `userId` but `keep`, on that person's behalf. Returns the ids that ended. */
  endOthers(userId: number, keep: number, at: Date, scope?: Scope): Promise<number[]>;
  /** Records when sessions were last used, if that is later than recorded. Skips rows that are locked. */
  touch(uses: readonly SessionUse[]): Promise<void>;
  /** Uses a refresh token. Exactly one of any number of parallel callers gets `rotated`. */
  rotate(input: RotationInput, scope?: Scope): Promise<Rotation>;
  /** Stores the hash of a ticket for a session. */
  insertTicket(hash: Buffer, sessionId: number, expiresAt: Date, scope?: Scope): Promise<void>;
  /** Uses up a ticket and returns its session's id; null if the ticket is unknown, used or expired. */
  useTicket(hash: Buffer, at: Date, scope?: Scope): Promise<number | null>;
};

/** The statements of sessions and tickets. */
export const SESSION_SQL = statements('sessions', {
  insert: `
    WITH a AS (
      -- Waits for a change of the password or a disabling that is under way, and then sees its effect.
      SELECT id FROM accounts WHERE id = $1 AND disabled_at IS NULL AND ($7::text IS NULL OR password_hash = $7) FOR SHARE
    ), s AS (
      INSERT INTO sessions (account_id, user_agent, address, created_at, last_used_at, expires_at)
      SELECT a.id, $2, $3::text, $4, $4, $5 FROM a RETURNING id
    ), t AS (INSERT INTO refresh_tokens (hash, session_id) SELECT $6, s.id FROM s)
    SELECT id, audit($1, 'session.login', jsonb_build_object('userId', $1::bigint, 'sessionId', id, 'address', $3::text)) FROM s`,
  findLive: `
    SELECT s.id AS session_id, ${USER_COLUMNS}, s.scopes, s.room_id,
           NULLIF(s.expires_at, 'infinity') AS expires_at
    FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.id = $1 AND ${IS_LIVE_SESSION}`,
  listLive: `
    SELECT s.id FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.id = ANY ($1) AND ${IS_LIVE_SESSION}`,
  list: `
    SELECT id, created_at, last_used_at, user_agent, address FROM sessions
    WHERE account_id = $1 AND token_hash IS NULL AND ended_at IS NULL AND expires_at > $2 AND id < $3
    ORDER BY id DESC LIMIT $4`,
  end: `
    SELECT id FROM end_sessions(ARRAY (
      SELECT id FROM sessions WHERE id = $1 AND account_id = $2 AND ended_at IS NULL
        AND ($3::text IS NULL OR CASE WHEN token_hash IS NULL THEN 'login' ELSE 'token' END = $3)
    ), $4, $5, $6, $7) AS id`,
  endOthers: 'SELECT unnest(end_all_sessions($1, $2, false, $3, $1)) AS id',
  touch: `
    WITH free AS (SELECT id FROM sessions WHERE id = ANY ($1) FOR NO KEY UPDATE SKIP LOCKED)
    UPDATE sessions s SET last_used_at = u.at
    FROM free f JOIN unnest($1::bigint[], $2::timestamptz[]) AS u(id, at) ON u.id = f.id
    WHERE s.id = f.id AND s.last_used_at < u.at`,
  insertTicket: `
    INSERT INTO tickets (hash, session_id, expires_at) VALUES ($1, $2, $3)`,
  useTicket: 'DELETE FROM tickets WHERE hash = $1 RETURNING session_id, expires_at > $2 AS is_fresh',
});

/** Creates the store of sessions. */
export function createSessionStore(database: Database): SessionStore {
  const { query } = database;
  return {
    async insert(s, scope) {
      const passwordHash = s.passwordHash ?? null;
      const values = [s.userId, s.userAgent, s.address, s.at, s.expiresAt, s.refreshHash, passwordHash];
      const [row] = await query<{ id: number }>(SESSION_SQL.insert, values, scope);
      return row?.id ?? null;
    },
    async findLive(sessionId, at, scope) {
      const [row] = await query<LiveRow>(SESSION_SQL.findLive, [sessionId, at], scope);
      return row ? { sessionId: row.session_id, user: toUser(row), token: toRights(row) } : null;
    },
    async listLive(sessionIds, at, scope) {
      const rows = await query<{ id: number }>(SESSION_SQL.listLive, [sessionIds, at], scope);
      return rows.map((row) => row.id);
    },
    async list(userId, at, below, limit, scope) {
      const rows = await query<SessionRow>(SESSION_SQL.list, [userId, at, below, limit], scope);
      return rows.map(toStoredSession);
    },
    async end(sessionId, userId, kind, at, { actorId, act, address = null }, scope) {
      const values = [sessionId, userId, kind, at, actorId, act, address];
      const rows = await query<{ id: number }>(SESSION_SQL.end, values, scope);
      return rows.map((row) => row.id);
    },
    async endOthers(userId, keep, at, scope) {
      const rows = await query<{ id: number }>(SESSION_SQL.endOthers, [userId, keep, at], scope);
      return rows.map((row) => row.id);
    },
    async touch(uses) {
      await query(SESSION_SQL.touch, [
        uses.map((use) => use.sessionId),
        uses.map((use) => use.at.toISOString()),
      ]);
    },
    rotate: (input, scope) => rotateRefreshToken(database, input, scope),
    async insertTicket(hash, sessionId, expiresAt, scope) {
      await query(SESSION_SQL.insertTicket, [hash, sessionId, expiresAt], scope);
    },
    async useTicket(hash, at, scope) {
      const [row] = await query<TicketRow>(SESSION_SQL.useTicket, [hash, at], scope);
      return row?.is_fresh ? row.session_id : null;
    },
  };
}

type LiveRow = UserRow & {
  session_id: number;
  scopes: TokenScope[] | null;
  room_id: number | null;
  expires_at: string | null;
};
type SessionRow = {
  id: number;
  created_at: string;
  last_used_at: string;
  user_agent: string;
  address: string;
};
type TicketRow = { session_id: number; is_fresh: boolean };

function toRights({ scopes, room_id: roomId, expires_at: expiresAt }: LiveRow): TokenRights | null {
  return scopes && { scopes, roomId, expiresAt };
}

function toStoredSession(row: SessionRow): StoredSession {
  return {
    id: row.id,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    userAgent: row.user_agent,
    address: row.address,
  };
}
