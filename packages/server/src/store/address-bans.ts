/** Bans of networks from the server. */
import type { AddressBan } from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';
import { checkDone, refusal } from './rows/refusals.ts';

/** A ban to add. */
export type NewAddressBan = {
  /** The administrator who adds it. */
  actorId: number;
  /** An address or a network, in the notation of PostgreSQL's inet: `203.0.113.0/24`. */
  range: string;
  reason: string;
  /** Null for no end. */
  until: Date | null;
  at: Date;
};

/** Reads and writes bans of networks. */
export type AddressBanStore = {
  /** Lists the bans that are in force at `at`, newest first: those with ids below `below`, up to `limit`. */
  list(at: Date, below: number, limit: number, scope?: Scope): Promise<AddressBan[]>;
  /**
   * Adds a ban. It replaces one of the same network.
   * @throws ChatError forbidden (no longer an administrator), conflict (too many bans).
   */
  insert(ban: NewAddressBan, scope?: Scope): Promise<AddressBan>;
  /** Removes a ban. Returns whether there was one. @throws ChatError forbidden (no longer an administrator). */
  remove(actorId: number, banId: number, scope?: Scope): Promise<boolean>;
};

/** How many there may be: the server keeps all bans in memory and checks each request against them. */
export const BANS_MAX = 1_000;

/** The statements of address bans. */
export const ADDRESS_BAN_SQL = statements('address-bans', {
  list: `
    SELECT id, range::text AS range, reason, until, by_id, at FROM address_bans
    WHERE (until IS NULL OR until > $1) AND id < $2 ORDER BY id DESC LIMIT $3`,
  insert: `
    SELECT outcome, (ban).id, (ban).range::text AS range, (ban).reason, (ban).until, (ban).by_id, (ban).at
    FROM ban_address($1, $2, $3, $4, $5, ${BANS_MAX})`,
  remove: 'SELECT unban_address($1, $2) AS outcome',
});

/** Creates the store of address bans. */
export function createAddressBanStore({ query }: Database): AddressBanStore {
  return {
    async list(at, below, limit, scope) {
      return (await query<BanRow>(ADDRESS_BAN_SQL.list, [at, below, limit], scope)).map(toBan);
    },
    async insert({ actorId, range, reason, until, at }, scope) {
      const values = [actorId, range, reason, until, at];
      const [row] = await query<BanRow & { outcome: string }>(ADDRESS_BAN_SQL.insert, values, scope);
      if (row?.outcome !== 'done') throw refusal(row?.outcome ?? '');
      return toBan(row);
    },
    async remove(actorId, banId, scope) {
      const [row] = await query<{ outcome: string }>(ADDRESS_BAN_SQL.remove, [actorId, banId], scope);
      return checkDone(row?.outcome);
    },
  };
}

type BanRow = { id: number; range: string; reason: string; until: string | null; by_id: number; at: string };

function toBan({ id, range, reason, until, by_id: byId, at }: BanRow): AddressBan {
  return { id, range, ...(reason === '' ? {} : { reason }), ...(until === null ? {} : { until }), byId, at };
}
