/** When people were last here. Who is here now, the process knows; this is for those who are not. */
import { type Database, type Scope, statements } from './database/database.ts';

export type LastSeenStore = {
  /** Keeps for each person the later of what is known and what is given. */
  save(seen: ReadonlyMap<number, Date>, scope?: Scope): Promise<void>;
  /** Null for one who has never been here. */
  find(userId: number, scope?: Scope): Promise<string | null>;
};

export const LAST_SEEN_SQL = statements('last-seen', {
  save: `
    INSERT INTO last_seen (account_id, at)
    SELECT s.account_id, date_trunc('milliseconds', s.at)
    FROM unnest($1::bigint[], $2::timestamptz[]) AS s(account_id, at) JOIN accounts a ON a.id = s.account_id
    ORDER BY s.account_id
    ON CONFLICT (account_id) DO UPDATE SET at = EXCLUDED.at WHERE last_seen.at < EXCLUDED.at`,
  find: 'SELECT at FROM last_seen WHERE account_id = $1',
});

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
