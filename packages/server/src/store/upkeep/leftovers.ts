/** Deletes expired rows in batches: found by an index, skipping rows that are locked. */
import { type Database, statements } from '../database/database.ts';

/**
 * Expired tickets, invitations, bans and restraints (mutes and waits of people outside a room), used refresh tokens, closed
 * reports, and sessions that expired or were ended.
 */
export type LeftoverKind = keyof typeof LEFTOVERS_SQL;

/** Deletes rows that nobody needs any more. */
export type LeftoverStore = {
  /** Deletes up to `limit` rows that expired, ended, were closed or were used before `before`. Returns how many it deleted. */
  delete(kind: LeftoverKind, before: Date, limit: number): Promise<number>;
};

/** The statements of leftovers. */
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
  bans: `
    DELETE FROM bans WHERE ctid = ANY (ARRAY (
      SELECT ctid FROM bans WHERE until < $1 ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING 1`,
  addressBans: `
    DELETE FROM address_bans WHERE id = ANY (ARRAY (
      SELECT id FROM address_bans WHERE until < $1 ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING 1`,
  restraints: `
    DELETE FROM restraints WHERE ctid = ANY (ARRAY (
      SELECT ctid FROM restraints WHERE GREATEST(muted_until, last_sent_at) < $1
      ORDER BY GREATEST(muted_until, last_sent_at) LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING 1`,
  closedReports: `
    DELETE FROM reports WHERE id = ANY (ARRAY (
      SELECT id FROM reports WHERE closed_at < $1 ORDER BY closed_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING 1`,
});

/** Creates the store of leftovers. */
export function createLeftoverStore({ query }: Database): LeftoverStore {
  return {
    delete: async (kind, before, limit) => (await query(LEFTOVERS_SQL[kind], [before, limit])).length,
  };
}
