/** Deletes expired rows, and closes expired requests, in batches: found by an index, skipping rows that are locked. */
import { type Database, statements } from '../database/database.ts';

/**
 * Expired tickets, invitations, bans and restraints (mutes and waits of people outside a room), used refresh tokens, closed
 * reports, sessions that expired or were ended, and open requests, which then wait no longer.
 */
export type LeftoverKind = keyof typeof LEFTOVERS_SQL;

/** Removes what nobody needs any more. */
export type LeftoverStore = {
  /** Deletes up to `limit` rows that expired, ended, were closed or were used before `before`. Returns how many these were. */
  delete(kind: LeftoverKind, before: Date, limit: number): Promise<number>;
};

/** The statements of leftovers. */
export const LEFTOVERS_SQL = statements('leftovers', {
  tickets: deletion('tickets', 'hash', 'expires_at'),
  invitations: deletion('invitations', 'id', 'expires_at'),
  usedTokens: deletion('refresh_tokens', 'hash', 'used_at'),
  expiredSessions: deletion('sessions', 'id', 'expires_at'),
  endedSessions: deletion('sessions', 'id', 'ended_at'),
  bans: deletion('bans', 'ctid', 'until'),
  addressBans: deletion('address_bans', 'id', 'until'),
  restraints: deletion('restraints', 'ctid', 'GREATEST(muted_until, last_sent_at)'),
  closedReports: deletion('reports', 'id', 'closed_at'),
  requests: `
    UPDATE requests SET state = 'askable', by_id = NULL WHERE ctid = ANY (ARRAY (
      SELECT ctid FROM requests WHERE state = 'open' AND at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING 1`,
});

/** Returns the statement that deletes the oldest $2 rows of a table whose time is before $1. An index orders them by it. */
function deletion(table: string, key: string, time: string): string {
  return `
    DELETE FROM ${table} WHERE ${key} = ANY (ARRAY (
      SELECT ${key} FROM ${table} WHERE ${time} < $1 ORDER BY ${time} LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING 1`;
}

/** Creates the store of leftovers. */
export function createLeftoverStore({ query }: Database): LeftoverStore {
  return {
    delete: async (kind, before, limit) => (await query(LEFTOVERS_SQL[kind], [before, limit])).length,
  };
}
