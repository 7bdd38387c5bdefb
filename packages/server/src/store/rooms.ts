/** Rooms as a caller sees them. They are created here; all other changes go through the appender. */
import { type Role, type Room, type RoomKind, type RoomPerson, UNREAD_MAX } from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';
import type { RequestLimits } from './requests.ts';
import { IS_VISIBLE_ROOM, NAMESAKE_ID } from './rows/conditions.ts';
import { checkDone } from './rows/refusals.ts';

/** A room to create. */
export type NewRoom = { name: string; kind: Exclude<RoomKind, 'direct'>; topic: string; ownerId: number };

/** The place of a room in a list: when the caller joined it, in epoch milliseconds, and its id; or the name of another room. */
export type RoomPlace = readonly [joinedAtMs: number, id: number] | readonly [name: string];

/** A room of a list, and its place there. */
export type ListedRoom = { room: Room; place: RoomPlace };

/** Which rooms to list: up to `limit` after the place `after`. */
export type RoomQuery = {
  withArchived: boolean;
  /** Only the caller's own. */
  ownOnly: boolean;
  /** The beginning of their names, in lower case. */
  prefix: string;
  after: RoomPlace | null;
  limit: number;
};

/** `isNew`: the direct room was created. `asked`: the people of a new one who must agree before they are in it. */
export type OpenedDirect = { roomId: number; isNew: boolean; asked: number[] };

/** The person who opens a direct room, and how many messages it takes until somebody accepts it. */
export type DirectActor = RequestLimits & { actorId: number; messageMax: number };

/** Reads and creates rooms. */
export type RoomStore = {
  /** Creates a room whose first event is its owner's join. Returns it as the owner sees it; null when the name is taken. */
  create(room: NewRoom, scope?: Scope): Promise<Room | null>;
  /**
   * Finds or creates the direct room of these people. Those who must agree first are asked by the actor `by`, who is one of
   * them; null asks nobody.
   * @throws ChatError conflict (too many requests).
   */
  openDirect(people: readonly number[], by?: DirectActor | null, scope?: Scope): Promise<OpenedDirect>;
  /** Finds the id of the direct room of these people; null when it does not exist. */
  findDirect(people: readonly number[], scope?: Scope): Promise<number | null>;
  /** Finds a room, with the caller's membership; null if it does not exist, or the caller may not see it [A5]. */
  find(roomId: number, userId: number, scope?: Scope): Promise<Room | null>;
  /**
   * Lists the rooms that the caller may see: the caller's own in the order of joining, then other open rooms by name.
   */
  list(userId: number, query: RoomQuery, scope?: Scope): Promise<ListedRoom[]>;
  /**
   * Finds the lobby: the room that new accounts join. Creates it under this name if the server has an administrator and no
   * rooms. `roomId` is null without a lobby. `isSettled`: asking again would give the same answer.
   */
  findLobby(name: string, scope?: Scope): Promise<{ roomId: number | null; isSettled: boolean }>;
  /**
   * Finds closed rooms with the name of the open room `roomId` [C11], and their owners: up to `limit` pairs, older rooms first. An
   * archived or closed room has none.
   */
  closedNamesakes(roomId: number, limit: number): Promise<{ roomId: number; userId: number }[]>;
  /** Counts the rooms. */
  count(scope?: Scope): Promise<number>;
  /** Returns the epoch: the name of this history of the store [R2]. */
  epoch(scope?: Scope): Promise<string>;
};

// Both counts cost the same for any length of history: `unread` is a difference, `mentions` reads unread mentions only.
const VIEW = `
  SELECT r.id, r.name, r.kind, r.topic, r.last_seq, r.member_count, r.created_at, r.archived_at, r.slow_ms, m.role, m.hide_joins,
         m.joined_at,
         CASE WHEN m.role IS NOT NULL THEN
           LEAST(r.message_count - m.read_ordinal - m.own_unread, ${UNREAD_MAX}) END AS unread,
         CASE WHEN m.role IS NOT NULL THEN (
           SELECT count(*) FROM (
             SELECT FROM mentions n
             WHERE n.account_id IN ($1, 0) AND n.room_id = r.id AND n.seq > m.read_seq AND n.author_id <> $1
               AND NOT EXISTS (SELECT FROM ignored i WHERE i.account_id = $1 AND i.ignored_id = n.author_id)
             LIMIT ${UNREAD_MAX}
           ) called
         ) END AS mentions,
         CASE WHEN r.kind = 'direct' THEN people_of(r.id) END AS people,
         ${NAMESAKE_ID}
  FROM rooms r
  LEFT JOIN memberships m ON m.room_id = r.id AND m.account_id = $1`;

/** The statements of rooms. */
export const ROOM_SQL = statements('rooms', {
  create: 'SELECT outcome, room_id, at FROM create_room($1, $2, $3, $4)',
  find: `${VIEW} WHERE r.id = $2 AND ${IS_VISIBLE_ROOM}`,
  createDirect: 'SELECT outcome, room_id, at, asked FROM create_direct_room($1, $2, $3, $4, $5)',
  findDirect: `
    SELECT id FROM rooms
    WHERE direct_key = array_to_string(ARRAY(SELECT DISTINCT unnest($1::bigint[]) AS person ORDER BY person), ' ')`,
  listOwn: `${VIEW}
    WHERE m.account_id = $1 AND ($2::boolean OR r.archived_at IS NULL) AND starts_with(lower(r.name COLLATE "C"), $3)
      AND ($4::timestamptz IS NULL OR (m.joined_at, r.id) > ($4, $5::bigint))
    ORDER BY m.joined_at, r.id LIMIT $6`,
  // The range of names ends before the prefix and a sign that follows all signs of names.
  listOthers: `${VIEW}
    WHERE r.kind = 'open' AND m.role IS NULL AND ($2::boolean OR r.archived_at IS NULL) AND ${IS_VISIBLE_ROOM}
      AND lower(r.name COLLATE "C") >= $3 AND lower(r.name COLLATE "C") < $3 || '~' AND lower(r.name COLLATE "C") > $4
    ORDER BY lower(r.name COLLATE "C") LIMIT $5`,
  findLobby: 'SELECT room_id, is_settled FROM find_lobby($1)',
  closedNamesakes: `
    SELECT c.id AS room_id, m.account_id AS user_id
    FROM rooms r JOIN rooms c ON c.kind = 'closed' AND lower(c.name COLLATE "C") = lower(r.name COLLATE "C")
    JOIN memberships m ON m.room_id = c.id AND m.role = 'owner'
    WHERE r.id = $1 AND r.kind = 'open' AND r.archived_at IS NULL ORDER BY c.id, m.account_id LIMIT $2`,
  count: 'SELECT count(*) AS count FROM rooms',
  epoch: 'SELECT epoch FROM store_state',
});

/** Creates the store of rooms. */
export function createRoomStore(database: Database): RoomStore {
  const { query } = database;
  return {
    async create({ name, kind, topic, ownerId }, scope) {
      const [row] = await query<CreatedRow>(ROOM_SQL.create, [name, kind, topic, ownerId], scope);
      return row?.outcome === 'done' ? newRoom({ name, kind, topic }, row) : null;
    },
    async openDirect(people, by = null, scope) {
      const values = [people, by?.actorId, by?.messageMax, by?.madeMax, by?.waitingMax].map(
        (each) => each ?? null,
      );
      const [row] = await query<CreatedRow & { asked: number[] | null }>(
        ROOM_SQL.createDirect,
        values,
        scope,
      );
      const isNew = checkDone(row?.outcome);
      return { roomId: row?.room_id ?? 0, isNew, asked: (isNew && row?.asked) || [] };
    },
    async findDirect(people, scope) {
      const [row] = await query<{ id: number }>(ROOM_SQL.findDirect, [people], scope);
      return row?.id ?? null;
    },
    async find(roomId, userId, scope) {
      const [row] = await query<RoomRow>(ROOM_SQL.find, [userId, roomId], scope);
      return row ? toRoom(row) : null;
    },
    async list(userId, { withArchived, ownOnly, prefix, after, limit }, scope) {
      const of = [userId, withArchived, prefix];
      const isAmongOthers = after?.length === 1;
      const [joinedAtMs, id] = after?.length === 2 ? after : [null, 0];
      const joinedAt = joinedAtMs === null ? null : new Date(joinedAtMs);
      const own = isAmongOthers
        ? []
        : await query<RoomRow>(ROOM_SQL.listOwn, [...of, joinedAt, id, limit], scope);
      const left = ownOnly ? 0 : limit - own.length;
      const name = isAmongOthers ? after[0] : '';
      const others = left > 0 ? await query<RoomRow>(ROOM_SQL.listOthers, [...of, name, left], scope) : [];
      return [...own, ...others].map((row) => ({ room: toRoom(row), place: placeOf(row) }));
    },
    async findLobby(name, scope) {
      const [row] = await query<LobbyRow>(ROOM_SQL.findLobby, [name], scope);
      return { roomId: row?.room_id ?? null, isSettled: row?.is_settled ?? false };
    },
    async closedNamesakes(roomId, limit) {
      const values = [roomId, limit];
      const rows = await query<{ room_id: number; user_id: number }>(ROOM_SQL.closedNamesakes, values);
      return rows.map((row) => ({ roomId: row.room_id, userId: row.user_id }));
    },
    async count(scope) {
      const [row] = await query<{ count: number }>(ROOM_SQL.count, [], scope);
      return row?.count ?? 0;
    },
    async epoch(scope) {
      const [row] = await query<{ epoch: string }>(ROOM_SQL.epoch, [], scope);
      if (!row) throw new Error('the store has lost its state row');
      return row.epoch;
    },
  };
}

type LobbyRow = { room_id: number | null; is_settled: boolean };
type CreatedRow = { outcome: string; room_id: number; at: string };

/** Builds a room that has only its owner's join. */
function newRoom(room: Pick<NewRoom, 'name' | 'kind' | 'topic'>, { room_id: id, at }: CreatedRow): Room {
  const mine = { joined: true, role: 'owner', head: 1, unread: 0, mentions: 0, members: 1 } as const;
  return { id, ...room, ...mine, createdAt: at };
}

type RoomRow = {
  id: number;
  name: string;
  kind: RoomKind;
  topic: string;
  last_seq: number;
  member_count: number;
  created_at: string;
  role: Role | null;
  unread: number | null;
  mentions: number | null;
  people: RoomPerson[] | null;
  archived_at: string | null;
  slow_ms: number;
  hide_joins: boolean | null;
  joined_at: string | null;
  namesake_id: number | null;
};

function placeOf({ id, name, joined_at: joinedAt }: RoomRow): RoomPlace {
  return joinedAt === null ? [name.toLowerCase()] : [Date.parse(joinedAt), id];
}

function toRoom(row: RoomRow): Room {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    topic: row.topic,
    joined: row.role !== null,
    ...(row.role === null ? {} : { role: row.role }),
    head: row.last_seq,
    unread: row.unread ?? 0,
    mentions: row.mentions ?? 0,
    members: row.member_count,
    createdAt: row.created_at,
    ...(row.people === null ? {} : { people: row.people }),
    ...(row.archived_at === null ? {} : { archivedAt: row.archived_at }),
    ...(row.slow_ms === 0 ? {} : { slowSeconds: row.slow_ms / 1_000 }),
    ...(row.hide_joins ? { hideJoins: true } : {}),
    ...(row.namesake_id === null ? {} : { namesakeId: row.namesake_id }),
  };
}
