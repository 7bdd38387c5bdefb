/** Bans from rooms. The appender adds and lifts them. */
import type { Ban } from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';

/** Reads bans that are in force. */
export type BanStore = {
  /** Lists a room's bans, newest first: those after the ban of `after`, up to `limit`. */
  list(roomId: number, after: BanPlace | null, limit: number, scope?: Scope): Promise<Ban[]>;
  /** Finds a person's ban from a room; null if it does not exist. */
  find(roomId: number, userId: number, scope?: Scope): Promise<Ban | null>;
};

/** The place of a ban in the list of its room: when it was made, in epoch milliseconds, and the person. */
export type BanPlace = readonly [atMs: number, userId: number];

const VIEW = `
  SELECT b.account_id, a.username, b.reason, b.until, b.at, b.by_id, y.username AS by_username
  FROM bans b JOIN accounts a ON a.id = b.account_id JOIN accounts y ON y.id = b.by_id
  WHERE b.room_id = $1 AND (b.until IS NULL OR b.until > now())`;

/** The statements of bans. */
export const BAN_SQL = statements('bans', {
  list: `${VIEW} AND ($2::timestamptz IS NULL OR (b.at, -b.account_id) < ($2, -$3::bigint))
    ORDER BY b.at DESC, b.account_id LIMIT $4`,
  find: `${VIEW} AND b.account_id = $2`,
});

/** Creates the store of bans. */
export function createBanStore({ query }: Database): BanStore {
  return {
    async list(roomId, after, limit, scope) {
      const values = [roomId, after && new Date(after[0]), after?.[1] ?? 0, limit];
      return (await query<BanRow>(BAN_SQL.list, values, scope)).map(toBan);
    },
    async find(roomId, userId, scope) {
      const [row] = await query<BanRow>(BAN_SQL.find, [roomId, userId], scope);
      return row ? toBan(row) : null;
    },
  };
}

type BanRow = {
  account_id: number;
  username: string;
  reason: string;
  until: string | null;
  at: string;
  by_id: number;
  by_username: string;
};

function toBan(row: BanRow): Ban {
  return {
    userId: row.account_id,
    username: row.username,
    ...(row.reason === '' ? {} : { reason: row.reason }),
    ...(row.until === null ? {} : { until: row.until }),
    at: row.at,
    byUserId: row.by_id,
    byUsername: row.by_username,
  };
}
