/** Requests to enter a room. A person who is asked enters only if they agree. The appender stores the entry. */
import type { EntryRequest, RoomKind, RoomPerson } from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';
import { checkDone } from './rows/refusals.ts';

/** The place of a request in a person's list: when it was made, in epoch milliseconds, and the room. */
export type RequestPlace = readonly [atMs: number, roomId: number];

/** How many open requests a person may have made, and how many may wait for one. */
export type RequestLimits = { madeMax: number; waitingMax: number };

/** Reads and writes requests. */
export type RequestStore = {
  /** Lists a person's open requests, without those of people whom they ignore, oldest first: those after `after`. */
  list(userId: number, after: RequestPlace | null, limit: number, scope?: Scope): Promise<EntryRequest[]>;
  /**
   * Asks a person into an open or closed room, if they may only be asked. `isNew`: they were asked by this call.
   * @throws ChatError not_found, not_member, forbidden, conflict (banned, or too many requests).
   */
  ask(
    roomId: number,
    actorId: number,
    userId: number,
    limits: RequestLimits,
    scope?: Scope,
  ): Promise<{ isNeeded: boolean; isNew: boolean }>;
  /** Asks those back who left a direct room. Returns the ids of those asked now. @throws ChatError as `ask`. */
  askBack(roomId: number, actorId: number, limits: RequestLimits, scope?: Scope): Promise<number[]>;
  /** Declines a request. Returns whether there was an open one. */
  decline(roomId: number, userId: number, scope?: Scope): Promise<boolean>;
  /** Withdraws the open request that `actorId` made to a person. Returns whether there was one. */
  withdraw(roomId: number, actorId: number, userId: number, scope?: Scope): Promise<boolean>;
};

/** The open requests `q` of the account $1, without those of people whom they ignore. */
export const IS_OPEN_REQUEST = `
  q.account_id = $1 AND q.state = 'open'
  AND NOT EXISTS (SELECT FROM ignored i WHERE i.account_id = $1 AND i.ignored_id = q.by_id)`;

/** The statements of requests. */
export const REQUEST_SQL = statements('requests', {
  list: `
    SELECT q.room_id, r.kind, r.name, q.by_id, a.username, q.at, CASE WHEN r.kind = 'direct' THEN people_of(r.id) END AS people
    FROM requests q JOIN rooms r ON r.id = q.room_id JOIN accounts a ON a.id = q.by_id
    WHERE ${IS_OPEN_REQUEST} AND ($2::timestamptz IS NULL OR (q.at, q.room_id) > ($2, $3::bigint))
    ORDER BY q.at, q.room_id LIMIT $4`,
  ask: 'SELECT outcome FROM ask_into_room($1, $2, $3, $4, $5)',
  askBack: 'SELECT outcome, asked FROM ask_back($1, $2, $3, $4)',
  decline: 'SELECT decline_request($1, $2) AS is_done',
  withdraw: 'SELECT withdraw_request($1, $2, $3) AS is_done',
});

/** Creates the store of requests. */
export function createRequestStore({ query }: Database): RequestStore {
  return {
    async list(userId, after, limit, scope) {
      const values = [userId, after && new Date(after[0]), after?.[1] ?? 0, limit];
      return (await query<RequestRow>(REQUEST_SQL.list, values, scope)).map(toRequest);
    },
    async ask(roomId, actorId, userId, { madeMax, waitingMax }, scope) {
      const values = [roomId, actorId, userId, madeMax, waitingMax];
      const [row] = await query<{ outcome: string }>(REQUEST_SQL.ask, values, scope);
      if (row?.outcome === 'not_needed') return { isNeeded: false, isNew: false };
      return { isNeeded: true, isNew: checkDone(row?.outcome) };
    },
    async askBack(roomId, actorId, { madeMax, waitingMax }, scope) {
      const values = [roomId, actorId, madeMax, waitingMax];
      const [row] = await query<{ outcome: string; asked: number[] | null }>(
        REQUEST_SQL.askBack,
        values,
        scope,
      );
      return checkDone(row?.outcome) ? (row?.asked ?? []) : [];
    },
    async decline(roomId, userId, scope) {
      const [row] = await query<{ is_done: boolean }>(REQUEST_SQL.decline, [roomId, userId], scope);
      return row?.is_done ?? false;
    },
    async withdraw(roomId, actorId, userId, scope) {
      const values = [roomId, actorId, userId];
      const [row] = await query<{ is_done: boolean }>(REQUEST_SQL.withdraw, values, scope);
      return row?.is_done ?? false;
    },
  };
}

type RequestRow = {
  room_id: number;
  kind: RoomKind;
  name: string;
  by_id: number;
  username: string;
  at: string;
  people: RoomPerson[] | null;
};

function toRequest(row: RequestRow): EntryRequest {
  return {
    roomId: row.room_id,
    kind: row.kind,
    name: row.name,
    userId: row.by_id,
    username: row.username,
    at: row.at,
    ...(row.people === null ? {} : { people: row.people }),
  };
}
