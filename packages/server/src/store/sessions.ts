/** Sessions (logins) with their refresh tokens and tickets. Tokens come here as SHA-256 hashes only. */
import type { User } from '@banter/protocol';
import { type Database, type Scope, statements } from './database.ts';
import { toUser, type UserRow } from './users.ts';

export type NewSession = {
  userId: number;
  refreshHash: Buffer;
  userAgent: string;
  address: string;
  at: Date;
  expiresAt: Date;
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
/** Who ends a session and by what act, for the audit log. */
export type SessionEnd = {
  /** Null: nobody signed in. */
  actorId: number | null;
  act: 'session.logout' | 'session.end' | 'session.refresh-reuse';
  /** Where it was asked for, where that says something. */
  address?: string;
};
export type LiveSession = { sessionId: number; user: User };

export type Sessions = {
  insert(session: NewSession, scope?: Scope): Promise<number>;
  /** The person behind a session that has neither ended nor expired and whose account is not disabled. */
  findLive(sessionId: number, at: Date, scope?: Scope): Promise<LiveSession | null>;
  /** Those of the sessions that still live. */
  listLive(sessionIds: readonly number[], at: Date, scope?: Scope): Promise<number[]>;
  list(userId: number, at: Date, scope?: Scope): Promise<StoredSession[]>;
  /** Ends a session of `userId`; false when there is no such live one. */
  end(sessionId: number, userId: number, at: Date, by: SessionEnd, scope?: Scope): Promise<boolean>;
  /** Ends all live sessions of `userId` but `except`; their ids. */
  endAll(userId: number, except: number | null, at: Date, actorId: number, scope?: Scope): Promise<number[]>;
  /** Uses a refresh token: exactly one of any number of parallel callers gets `rotated`. */
  rotate(input: RotationInput, scope?: Scope): Promise<Rotation>;
  insertTicket(hash: Buffer, sessionId: number, expiresAt: Date, scope?: Scope): Promise<void>;
  /** Uses up a ticket; the session it stands for, or null when it is unknown, used or expired. */
  takeTicket(hash: Buffer, at: Date, scope?: Scope): Promise<number | null>;
};

export const SESSION_SQL = statements('sessions', {
  insert: `
    WITH s AS (
      INSERT INTO sessions (account_id, user_agent, address, created_at, last_used_at, expires_at)
      VALUES ($1, $2, $3, $4, $4, $5) RETURNING id
    ), t AS (INSERT INTO refresh_tokens (hash, session_id) SELECT $6, s.id FROM s)
    SELECT id, audit($1, 'session.login', jsonb_build_object('userId', $1::bigint, 'sessionId', id, 'address', $3::text)) FROM s`,
  findLive: `
    SELECT s.id AS session_id, a.id, a.username, a.is_admin
    FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND a.disabled_at IS NULL`,
  listLive: `
    SELECT s.id FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE s.id = ANY ($1) AND s.ended_at IS NULL AND s.expires_at > $2 AND a.disabled_at IS NULL`,
  list: `
    SELECT id, created_at, last_used_at, user_agent, address FROM sessions
    WHERE account_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY last_used_at DESC`,
  end: `
    WITH ended AS (
      UPDATE sessions SET ended_at = $3 WHERE id = $1 AND account_id = $2 AND ended_at IS NULL RETURNING id
    )
    SELECT id, audit($4, $5, jsonb_build_object('userId', $2::bigint, 'sessionId', id, 'address', $6::text)) FROM ended`,
  endAll: `
    WITH ended AS (
      UPDATE sessions SET ended_at = $3
      WHERE account_id = $1 AND id IS DISTINCT FROM $2::bigint AND ended_at IS NULL RETURNING id
    )
    SELECT id, audit($4, 'session.end', jsonb_build_object('userId', $1::bigint, 'sessionId', id)) FROM ended`,
  useToken: `
    UPDATE refresh_tokens t SET used_at = $2, successor = $3
    FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE t.hash = $1 AND t.used_at IS NULL AND s.id = t.session_id
      AND s.ended_at IS NULL AND s.expires_at > $2 AND a.disabled_at IS NULL
    RETURNING s.id AS session_id, t.used_at, t.successor, a.id, a.username, a.is_admin`,
  putSuccessor: `
    WITH touched AS (UPDATE sessions SET last_used_at = $3, expires_at = $4 WHERE id = $2)
    INSERT INTO refresh_tokens (hash, session_id) VALUES ($1, $2)`,
  findUsedToken: `
    SELECT s.id AS session_id, t.used_at, t.successor, a.id, a.username, a.is_admin
    FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN accounts a ON a.id = s.account_id
    WHERE t.hash = $1 AND t.used_at IS NOT NULL AND s.ended_at IS NULL AND s.expires_at > $2 AND a.disabled_at IS NULL`,
  insertTicket: `
    INSERT INTO tickets (hash, session_id, expires_at) VALUES ($1, $2, $3)`,
  takeTicket: 'DELETE FROM tickets WHERE hash = $1 RETURNING session_id, expires_at > $2 AS fresh',
});

export function createSessions(database: Database): Sessions {
  const { query } = database;
  return {
    async insert(s, scope) {
      const values = [s.userId, s.userAgent, s.address, s.at, s.expiresAt, s.refreshHash];
      const [row] = await query<{ id: number }>(SESSION_SQL.insert, values, scope);
      if (!row) throw new Error('an inserted session came back without a row');
      return row.id;
    },
    async findLive(sessionId, at, scope) {
      const [row] = await query<SessionUserRow>(SESSION_SQL.findLive, [sessionId, at], scope);
      return row ? { sessionId: row.session_id, user: toUser(row) } : null;
    },
    async listLive(sessionIds, at, scope) {
      const rows = await query<{ id: number }>(SESSION_SQL.listLive, [sessionIds, at], scope);
      return rows.map((row) => row.id);
    },
    async list(userId, at, scope) {
      const rows = await query<SessionRow>(SESSION_SQL.list, [userId, at], scope);
      return rows.map(toStoredSession);
    },
    async end(sessionId, userId, at, { actorId, act, address = null }, scope) {
      const values = [sessionId, userId, at, actorId, act, address];
      return (await query(SESSION_SQL.end, values, scope)).length > 0;
    },
    async endAll(userId, except, at, actorId, scope) {
      const rows = await query<{ id: number }>(SESSION_SQL.endAll, [userId, except, at, actorId], scope);
      return rows.map((row) => row.id);
    },
    rotate: (input, scope) => rotate(database, input, scope),
    async insertTicket(hash, sessionId, expiresAt, scope) {
      await query(SESSION_SQL.insertTicket, [hash, sessionId, expiresAt], scope);
    },
    async takeTicket(hash, at, scope) {
      const [row] = await query<{ session_id: number; fresh: boolean }>(
        SESSION_SQL.takeTicket,
        [hash, at],
        scope,
      );
      return row?.fresh ? row.session_id : null;
    },
  };
}

type SessionUserRow = UserRow & { session_id: number };
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

function toStoredSession(row: SessionRow): StoredSession {
  return {
    id: row.id,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    userAgent: row.user_agent,
    address: row.address,
  };
}
