/** Rooms as their callers see them. Writing goes through the appender, except for the creation. */
import type { Role, Room, RoomKind } from '@banter/protocol';
import { UNREAD_MAX } from '@banter/protocol';
import { type Database, type Scope, statements } from './database.ts';

export type NewRoom = { name: string; kind: RoomKind; topic: string; ownerId: number };

export type Rooms = {
  /** Creates a room whose first event is its owner's join, and gives it as the owner sees it; null when the name is taken. */
  create(room: NewRoom, scope?: Scope): Promise<Room | null>;
  /** One room with the caller's own part in it; null also where the caller may not see it [A5]. */
  find(roomId: number, userId: number, scope?: Scope): Promise<Room | null>;
  /** All rooms the caller may see: joined ones in the order of joining, then open ones by name. */
  list(userId: number, scope?: Scope): Promise<Room[]>;
  count(scope?: Scope): Promise<number>;
  /** The epoch: names this history of the store [R2]. */
  epoch(scope?: Scope): Promise<string>;
};

// No more than UNREAD_MAX messages above the read mark are looked at: the price of a row stays bounded however long the history.
// A name is mentioned where it stands as a whole word, with or without @.
const VIEW = `
  SELECT r.id, r.name, r.kind, r.topic, r.last_seq, r.member_count, r.created_at, m.role, u.unread, u.mentions
  FROM rooms r
  LEFT JOIN memberships m ON m.room_id = r.id AND m.account_id = $1
  LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE n.account_id <> $1) AS unread, count(*) FILTER (WHERE n.account_id <> $1 AND n.content ~* (
      SELECT '(^|[^[:alnum:]_.-])@?' || replace(a.username, '.', '\\.') || '($|[^[:alnum:]_-])' FROM accounts a WHERE a.id = $1
    )) AS mentions
    FROM (
      SELECT x.account_id, x.content FROM messages x
      WHERE x.room_id = r.id AND x.seq > m.read_seq ORDER BY x.seq LIMIT ${UNREAD_MAX}
    ) n
  ) u ON m.role IS NOT NULL`;

export const ROOM_SQL = statements('rooms', {
  create: 'SELECT outcome, room_id, at FROM create_room($1, $2, $3, $4)',
  find: `${VIEW} WHERE r.id = $2 AND (r.kind = 'open' OR m.role IS NOT NULL)`,
  list: `${VIEW} WHERE r.kind = 'open' OR m.role IS NOT NULL
    ORDER BY m.role IS NULL, m.joined_at, lower(r.name COLLATE "C"), r.id`,
  count: 'SELECT count(*) AS count FROM rooms',
  epoch: 'SELECT epoch FROM store_state',
});

export function createRooms(database: Database): Rooms {
  const { query } = database;
  return {
    async create({ name, kind, topic, ownerId }, scope) {
      const [row] = await query<CreatedRow>(ROOM_SQL.create, [name, kind, topic, ownerId], scope);
      return row?.outcome === 'done' ? newRoom({ name, kind, topic }, row) : null;
    },
    async find(roomId, userId, scope) {
      const [row] = await query<RoomRow>(ROOM_SQL.find, [userId, roomId], scope);
      return row ? toRoom(row) : null;
    },
    async list(userId, scope) {
      return (await query<RoomRow>(ROOM_SQL.list, [userId], scope)).map(toRoom);
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

type CreatedRow = { outcome: string; room_id: number; at: string };

/** A room in which nothing has happened but its owner's join. */
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
};

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
  };
}
