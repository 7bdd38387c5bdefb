/** The people that someone ignores. Only that person can read the list. */
import type { RoomPerson } from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';

/** Reads and writes lists of ignored people. */
export type IgnoredStore = {
  /** Lists the people that `userId` ignores, by name: those after the name `after`, up to `limit`. */
  list(userId: number, after: string, limit: number, scope?: Scope): Promise<RoomPerson[]>;
  /** Lists their ids. */
  idsOf(userId: number, scope?: Scope): Promise<number[]>;
  /** Adds a person to the list. Returns whether that changed it; null when it already has `max` people. */
  insert(userId: number, ignoredId: number, max: number, scope?: Scope): Promise<boolean | null>;
  /** Removes a person from the list. Returns whether that changed it. */
  delete(userId: number, ignoredId: number, scope?: Scope): Promise<boolean>;
};

/** The statements of ignored people. */
export const IGNORED_SQL = statements('ignored', {
  list: `
    SELECT a.id AS user_id, a.username FROM ignored i JOIN accounts a ON a.id = i.ignored_id
    WHERE i.account_id = $1 AND lower(a.username COLLATE "C") > lower($2 COLLATE "C")
    ORDER BY lower(a.username COLLATE "C") LIMIT $3`,
  idsOf: 'SELECT ignored_id AS id FROM ignored WHERE account_id = $1 ORDER BY ignored_id',
  insert: 'SELECT ignore_person($1, $2, $3) AS outcome',
  delete: 'DELETE FROM ignored WHERE account_id = $1 AND ignored_id = $2 RETURNING 1',
});

/** Creates the store of ignored people. */
export function createIgnoredStore({ query }: Database): IgnoredStore {
  return {
    async list(userId, after, limit, scope) {
      const values = [userId, after, limit];
      const rows = await query<{ user_id: number; username: string }>(IGNORED_SQL.list, values, scope);
      return rows.map(({ user_id, username }) => ({ userId: user_id, username }));
    },
    async idsOf(userId, scope) {
      return (await query<{ id: number }>(IGNORED_SQL.idsOf, [userId], scope)).map(({ id }) => id);
    },
    async insert(userId, ignoredId, max, scope) {
      const values = [userId, ignoredId, max];
      const [row] = await query<{ outcome: string }>(IGNORED_SQL.insert, values, scope);
      return row?.outcome === 'too_many' ? null : row?.outcome === 'done';
    },
    async delete(userId, ignoredId, scope) {
      return (await query(IGNORED_SQL.delete, [userId, ignoredId], scope)).length > 0;
    },
  };
}
