/**
 * Sessions (logins) with their refresh tokens and tickets. Tokens come here as SHA-256 hashes only. Personal access tokens
 * are rows of the same table, so that what asks whether a session lives, or ends one, need not tell them apart.
 */
import type { TokenScope, User } from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';
import { toUser, type UserRow } from './users.ts';

export type NewSession = {
  userId: number;
  refreshHash: Buffer;
  userAgent: string;
  address: string;
  at: Date;
  expiresAt: Date;
  /** That of the password by which the person has signed in. */
  passwordHash?: string | undefined;
};
export type StoredSession = {
  id: number;
  createdAt: string;
  lastUsedAt: string;
  userAgent: string;
  address: string;
};
/** The outcome of using a refresh token once. `reused`: it had been used before; its wrapped successor comes along. */
export type Rotation =
  | { outcome: 'rotated' | 'reused'; sessionId: number; user: User; usedAt: string; successor: Buffer | null }
  | { outcome: 'unknown' };
export type RotationInput = {
  hash: Buffer;
  /** The successor, wrapped so that only the holder of the used token can read it. */
  wrapped: Buffer;
  successorHash: Buffer;
  at: Date;
  expiresAt: Date;
};
/** Who ends a session and by what act, for the audit log, where the end of a token is always `token.revoke`. */
export type SessionEnd = {
  /** Null: nobody signed in. */
  actorId: number | null;
  act: 'session.logout' | 'session.end' | 'session.refresh-reuse';
  /** Where it was asked for, where that says something. */
  address?: string;
};
/** `token`: what a personal token is good for; null for a login. */
export type LiveSession = { sessionId: number; user: User; token: TokenRights | null };
export type TokenRights = { scopes: TokenScope[]; roomId: number | null; expiresAt: string | null };
export type SessionKind = 'login' | 'token';
export type SessionUse = { sessionId: number; at: Date };

export type SessionStore = {
  /** Null where the account is disabled, or its password is another than the one that was proved. */
  insert(session: NewSession, scope?: Scope): Promise<number | null>;
  /** The person behind a session that has neither ended nor expired and whose account is not disabled. */
  findLive(sessionId: number, at: Date, scope?: Scope): Promise<LiveSession | null>;
  /** Those of the sessions that still live. */
  listLive(sessionIds: readonly number[], at: Date, scope?: Scope): Promise<number[]>;
  /** Logins only. */
  list(userId: number, at: Date, scope?: Scope): Promise<StoredSession[]>;
  /** Ends a session of `userId`, of a kind or (null) of any; what ended: none for no such live one, and with a token its own tokens. */
  end(
    sessionId: number,
    userId: number,
    kind: SessionKind | null,
    at: Date,
    by: SessionEnd,
    scope?: Scope,
  ): Promise<number[]>;
  /** Ends all live logins of `userId` but `keep`, by themselves; what ended. */
  endOthers(userId: number, keep: number, at: Date, scope?: Scope): Promise<number[]>;
  /** Writes when sessions were last used, where that is later than what is known; passes over what others hold. */
  touch(uses: readonly SessionUse[]): Promise<void>;
  /** Uses a refresh token: exactly one of any number of parallel callers gets `rotated`. */
  rotate(input: RotationInput, scope?: Scope): Promise<Rotation>;
  insertTicket(hash: Buffer, sessionId: number, expiresAt: Date, scope?: Scope): Promise<void>;
  /** Uses up a ticket; the session it stands for, or null when it is unknown, used or expired. */
  useTicket(hash: Buffer, at: Date, scope?: Scope): Promise<number | null>;
};

/** The user of account a. */
const USER = 'a.id, a.username, a.is_admin, a.display_name';
/** Whether session s of account a goes on at $2. */
const IS_LIVE = 's.ended_at IS NULL AND s.expires_at > $2 AND a.disabled_at IS NULL';

export const SESSION_SQL = statements('sessions', {
  insert: `
    WITH a AS (
      -- Waits for who is giving the account another password, or disables it just now, and looks at what came of it.
      SELECT id FROM accounts WHERE id = $1 AND disabled_at IS NULL AND ($7::text IS NULL OR password_hash = $7) FOR SHARE
    ), s AS (
      INSERT INTO sessions (account_id, user_agent, address, created_at, last_used_at, expires_at)
      SELECT a.id, $2, $3::text, $4, $4, $5 FROM a RETURNING id
    ), t AS (INSERT INTO refresh_tokens (hash, session_id) SELECT $6, s.id FROM s)
    SELECT id, audit($1, 'session.login', jsonb_build_object('userId', $1::bigint, 'sessionId', id, 'address', $3::text)) FROM s`,
  findLive: `
    SELECT s.id AS session_id, ${USER}, s.scopes, s.room_id,
           NULLIF(s.expires_at, 'infinity') AS expires_at
    FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.id = $1 AND ${IS_LIVE}`,
  listLive: `
    SELECT s.id FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.id = ANY ($1) AND ${IS_LIVE}`,
  list: `
    SELECT id, created_at, last_used_at, user_agent, address FROM sessions
    WHERE account_id = $1 AND token_hash IS NULL AND ended_at IS NULL AND expires_at > $2 ORDER BY last_used_at DESC`,
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
  useToken: `
    UPDATE refresh_tokens t SET used_at = $2, successor = $3
    FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE t.hash = $1 AND t.used_at IS NULL AND s.id = t.session_id
      AND ${IS_LIVE}
    RETURNING s.id AS session_id, t.used_at, t.successor, ${USER}`,
  putSuccessor: `
    WITH touched AS (UPDATE sessions SET last_used_at = $3, expires_at = $4 WHERE id = $2)
    INSERT INTO refresh_tokens (hash, session_id) VALUES ($1, $2)`,
  findUsedToken: `
    SELECT s.id AS session_id, t.used_at, t.successor, ${USER}
    FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN accounts a ON a.id = s.account_id
    WHERE t.hash = $1 AND t.used_at IS NOT NULL AND ${IS_LIVE}`,
  insertTicket: `
    INSERT INTO tickets (hash, session_id, expires_at) VALUES ($1, $2, $3)`,
  useTicket: 'DELETE FROM tickets WHERE hash = $1 RETURNING session_id, expires_at > $2 AS fresh',
});

export function createSessionStore(database: Database): SessionStore {
  const { query } = database;
  return {
    async insert(s, scope) {
      const proved = s.passwordHash ?? null;
      const values = [s.userId, s.userAgent, s.address, s.at, s.expiresAt, s.refreshHash, proved];
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
    async list(userId, at, scope) {
      const rows = await query<SessionRow>(SESSION_SQL.list, [userId, at], scope);
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
    rotate: (input, scope) => rotate(database, input, scope),
    async insertTicket(hash, sessionId, expiresAt, scope) {
      await query(SESSION_SQL.insertTicket, [hash, sessionId, expiresAt], scope);
    },
    async useTicket(hash, at, scope) {
      const [row] = await query<{ session_id: number; fresh: boolean }>(
        SESSION_SQL.useTicket,
        [hash, at],
        scope,
      );
      return row?.fresh ? row.session_id : null;
    },
  };
}

type SessionUserRow = UserRow & { session_id: number };
type LiveRow = SessionUserRow & {
  scopes: TokenScope[] | null;
  room_id: number | null;
  expires_at: string | null;
};
type TokenRow = SessionUserRow & { used_at: string; successor: Buffer | null };
type SessionRow = {
  id: number;
  created_at: string;
  last_used_at: string;
  user_agent: string;
  address: string;
};

async function rotate(database: Database, input: RotationInput, scope?: Scope): Promise<Rotation> {
  const { hash, wrapped, successorHash, at, expiresAt } = input;
  return database.transaction(async (tx) => {
    // A parallel caller waits here for the row and then finds used_at set.
    const [used] = await tx.query<TokenRow>(SESSION_SQL.useToken, [hash, at, wrapped]);
    if (used) {
      await tx.query(SESSION_SQL.putSuccessor, [successorHash, used.session_id, at, expiresAt]);
      return toRotation('rotated', used);
    }
    const [before] = await tx.query<TokenRow>(SESSION_SQL.findUsedToken, [hash, at]);
    return before ? toRotation('reused', before) : { outcome: 'unknown' };
  }, scope);
}

function toRotation(outcome: 'rotated' | 'reused', row: TokenRow): Rotation {
  return {
    outcome,
    sessionId: row.session_id,
    user: toUser(row),
    usedAt: row.used_at,
    successor: row.successor,
  };
}

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
