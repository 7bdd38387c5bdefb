/** Refresh tokens: each is used once and replaced by its successor. They come here as SHA-256 hashes only. */
import type { User } from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';
import { IS_LIVE_SESSION } from './rows/conditions.ts';
import { toUser, USER_COLUMNS, type UserRow } from './rows/users.ts';

/** A token to use, and its successor. */
export type RotationInput = {
  /** The hash of the token. */
  hash: Buffer;
  /** The successor, encrypted so that only the holder of the used token can read it. */
  wrapped: Buffer;
  successorHash: Buffer;
  at: Date;
  /** When the session expires from now on. */
  expiresAt: Date;
};

/**
 * The result of using a token. `rotated`: this was the first use. `reused`: an earlier use took place at `usedAt` and
 * stored `successor`. `unknown`: there is no such token of a live session.
 */
export type Rotation =
  | { outcome: 'rotated' | 'reused'; sessionId: number; user: User; usedAt: string; successor: Buffer | null }
  | { outcome: 'unknown' };

/** The statements of refresh tokens. */
export const REFRESH_TOKEN_SQL = statements('refresh-tokens', {
  use: `
    UPDATE refresh_tokens t SET used_at = $2, successor = $3
    FROM sessions s JOIN accounts a ON a.id = s.account_id
    WHERE t.hash = $1 AND t.used_at IS NULL AND s.id = t.session_id
      AND ${IS_LIVE_SESSION}
    RETURNING s.id AS session_id, t.used_at, t.successor, ${USER_COLUMNS}`,
  insertSuccessor: `
    WITH touched AS (UPDATE sessions SET last_used_at = $3, expires_at = $4 WHERE id = $2)
    INSERT INTO refresh_tokens (hash, session_id) VALUES ($1, $2)`,
  findUsed: `
    SELECT s.id AS session_id, t.used_at, t.successor, ${USER_COLUMNS}
    FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN accounts a ON a.id = s.account_id
    WHERE t.hash = $1 AND t.used_at IS NOT NULL AND ${IS_LIVE_SESSION}`,
});

/** Uses a refresh token and stores its successor: see SessionStore.rotate. */
export function rotateRefreshToken(
  database: Database,
  { hash, wrapped, successorHash, at, expiresAt }: RotationInput,
  scope?: Scope,
): Promise<Rotation> {
  return database.transaction(async (tx) => {
    // A parallel caller waits here for the row, and then finds it used.
    const [used] = await tx.query<TokenRow>(REFRESH_TOKEN_SQL.use, [hash, at, wrapped]);
    if (used) {
      const values = [successorHash, used.session_id, at, expiresAt];
      await tx.query(REFRESH_TOKEN_SQL.insertSuccessor, values);
      return toRotation('rotated', used);
    }
    const [before] = await tx.query<TokenRow>(REFRESH_TOKEN_SQL.findUsed, [hash, at]);
    return before ? toRotation('reused', before) : { outcome: 'unknown' };
  }, scope);
}

type TokenRow = UserRow & { session_id: number; used_at: string; successor: Buffer | null };

function toRotation(outcome: 'rotated' | 'reused', row: TokenRow): Rotation {
  return {
    outcome,
    sessionId: row.session_id,
    user: toUser(row),
    usedAt: row.used_at,
    successor: row.successor,
  };
}
