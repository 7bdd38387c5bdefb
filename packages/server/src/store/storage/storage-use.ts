/** How many bytes each person has stored on a day. The chat counts them; this keeps the counts over a restart. */
import { type Database, statements } from '../database/database.ts';

/** Reads and writes the counts. A day is written as 2026-01-31, in UTC. */
export type StorageUseStore = {
  /** Returns the bytes of a day by account. */
  list(day: string): Promise<Map<number, number>>;
  /** Adds to the bytes of a day, and drops the days before it. */
  add(day: string, bytes: ReadonlyMap<number, number>): Promise<void>;
};

/** The statements of the counts. */
export const STORAGE_USE_SQL = statements('storageUse', {
  list: 'SELECT account_id, bytes FROM storage_use WHERE day = $1',
  add: `
    WITH swept AS (DELETE FROM storage_use WHERE day < $1)
    INSERT INTO storage_use (day, account_id, bytes)
    SELECT $1, u.account_id, u.bytes FROM unnest($2::bigint[], $3::bigint[]) u (account_id, bytes) ORDER BY u.account_id
    ON CONFLICT (day, account_id) DO UPDATE SET bytes = storage_use.bytes + EXCLUDED.bytes`,
});

/** Creates the store of the counts. */
export function createStorageUseStore({ query }: Database): StorageUseStore {
  return {
    async list(day) {
      const rows = await query<{ account_id: number; bytes: number }>(STORAGE_USE_SQL.list, [day]);
      return new Map(rows.map((row) => [row.account_id, row.bytes]));
    },
    async add(day, bytes) {
      await query(STORAGE_USE_SQL.add, [day, [...bytes.keys()], [...bytes.values()]]);
    },
  };
}
