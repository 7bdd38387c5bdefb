/** Rows of sessions that are long over: found by index, deleted a batch at a time, passing over what others hold. */
import { type Database, statements } from './database/database.ts';

/** What is left over: tickets that were not used, refresh tokens that were, sessions that expired or were ended, invitations. */
export type LeftoverKind = keyof typeof LEFTOVERS_SQL;

export type LeftoverStore = {
  /** Deletes up to `limit` rows whose time was before `before`; how many there were. */
  delete(kind: LeftoverKind, before: Date, limit: number): Promise<number>;
};

export const LEFTOVERS_SQL = statements('leftovers', {
  tickets: `
    DELETE FROM tickets WHERE hash = ANY (ARRAY (
      SELECT hash FROM tickets WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING 1`,
  invitations: `
    DELETE FROM invitations WHERE id = ANY (ARRAY (
      SELECT id FROM invitations WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING 1`,
  usedTokens: `
    DELETE FROM refresh_tokens WHERE hash = ANY (ARRAY (
      SELECT hash FROM refresh_tokens WHERE used_at < $1 ORDER BY used_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING 1`,
  expiredSessions: `
    DELETE FROM sessions WHERE id = ANY (ARRAY (
      SELECT id FROM sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING 1`,
  endedSessions: `
    DELETE FROM sessions WHERE id = ANY (ARRAY (
      SELECT id FROM sessions WHERE ended_at < $1 ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING 1`,
});

export function createLeftoverStore({ query }: Database): LeftoverStore {
  return {
    delete: async (kind, before, limit) => (await query(LEFTOVERS_SQL[kind], [before, limit])).length,
  };
}
