/** When people were last online. This is for people who are offline; the server's process knows who is online. */
import { type Database, type Scope, statements } from './database/database.ts';

/** Reads and writes when people were last online. */
export type LastSeenStore = {
  /** Saves a time per account id, unless a later one is stored. */
  save(seen: ReadonlyMap<number, Date>, scope?: Scope): Promise<void>;
  /** Returns when a person was last online, as ISO 8601; null for never. */
  find(userId: number, scope?: Scope): Promise<string | null>;
};

/** The statements of last-seen times. */
export const LAST_SEEN_SQL = statements('last-seen', {
  save: `
    INSERT INTO last_seen (account_id, at)
    SELECT s.account_id, date_trunc('milliseconds', s.at)
    FROM unnest($1::bigint[], $2::timestamptz[]) AS s(account_id, at) JOIN accounts a ON a.id = s.account_id
    ORDER BY s.account_id
    ON CONFLICT (account_id) DO UPDATE SET at = EXCLUDED.at WHERE last_seen.at < EXCLUDED.at`,
  find: 'SELECT at FROM last_seen WHERE account_id = $1',
});

/** Creates the store of last-seen times. */
export function createLastSeenStore({ query }: Database): LastSeenStore {
  return {
    async save(seen, scope) {
      await query(LAST_SEEN_SQL.save, [[...seen.keys()], [...seen.values()]], scope);
    },
    async find(userId, scope) {
      const [row] = await query<{ at: string }>(LAST_SEEN_SQL.find, [userId], scope);
      return row?.at ?? null;
    },
  };
}
