/** Memberships: the members of rooms, their roles, and how far they have read. */
import type { Role, RoomKind, RoomPerson } from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';
import { IS_VISIBLE_ROOM, NAMESAKE_ID } from './rows/conditions.ts';

/** A person's membership in a room, with the room's fields that a subscription needs. Times are ISO 8601. */
export type Membership = {
  roomId: number;
  name: string;
  kind: RoomKind;
  topic: string;
  /** Null for a person who sees an open room without being a member. */
  role: Role | null;
  /** The seq of the room's newest event. */
  head: number;
  /** The seq of the event that created the membership; 0 for a person who is not a member. */
  joinedSeq: number;
  /** The members of a direct room; null for other rooms. */
  people: RoomPerson[] | null;
  archivedAt: string | null;
  mutedUntil: string | null;
  hideJoins: boolean;
  /** The open room with the name of this closed one [C11], for a member who may see it; null for none. */
  namesakeId: number | null;
};

/** A member as other people see it. Times are ISO 8601. */
export type RoomMember = {
  userId: number;
  username: string;
  displayName?: string;
  role: Role;
  mutedUntil?: string;
  /** Null for never. */
  lastSeenAt: string | null;
};

/** Reads memberships, and changes a member's own settings. The appender writes the rest. */
export type MembershipStore = {
  /** Finds a person's membership; null when there is no such room, or the person may not see it [A5]. */
  find(roomId: number, userId: number, scope?: Scope): Promise<Membership | null>;
  /**
   * Counts the rooms that a person is in and those of them that they own, without the room `exceptId`. `isChosenOnly`: only
   * rooms that they entered by themselves or wrote in.
   */
  countOf(
    userId: number,
    which: { exceptId: number | null; isChosenOnly: boolean },
    scope?: Scope,
  ): Promise<RoomCounts>;
  /** Lists the members of a room by name: those after the name `after`, up to `limit`. */
  members(roomId: number, after: string, limit: number, scope?: Scope): Promise<RoomMember[]>;
  /** Returns the ids of each person's rooms, without rooms that have more than `maxMembers` members. */
  roomIdsOfAll(userIds: readonly number[], maxMembers: number, scope?: Scope): Promise<Map<number, number[]>>;
  /** Hides or shows joins and leaves to a member. Returns false for a person who is not a member. */
  setHideJoins(roomId: number, userId: number, hideJoins: boolean, scope?: Scope): Promise<boolean>;
  /** Moves a member's read mark, only forwards. Returns the mark as it is now; null for a person who is not a member. */
  moveReadMark(roomId: number, userId: number, seq: number, scope?: Scope): Promise<ReadMark | null>;
};

/**
 * A person's rooms without one. About that one: the person's role, null for none, and whether it waits for an owner, whom the next
 * to enter becomes.
 */
export type RoomCounts = { joined: number; owned: number; role: Role | null; isEmpty: boolean };

/** How far a member has read. `moved`: whether the call moved the mark. */
export type ReadMark = { seq: number; moved: boolean };

/** The columns of a MembershipRow, of the rooms `r` and their memberships `m`. */
export const MEMBERSHIP_COLUMNS = `
  r.id AS room_id, r.name, r.kind, r.topic, r.last_seq, r.archived_at, m.role, m.joined_seq, m.muted_until, m.hide_joins,
  CASE WHEN r.kind = 'direct' THEN people_of(r.id) END AS people, ${NAMESAKE_ID}`;

/** The statements of memberships. */
export const MEMBERSHIP_SQL = statements('memberships', {
  find: `
    SELECT ${MEMBERSHIP_COLUMNS} FROM rooms r LEFT JOIN memberships m ON m.room_id = r.id AND m.account_id = $1
    WHERE r.id = $2 AND ${IS_VISIBLE_ROOM}`,
  countOf: `
    SELECT count(*) FILTER (WHERE is_counted) AS joined, count(*) FILTER (WHERE is_counted AND role = 'owner') AS owned,
           max(role) FILTER (WHERE room_id = $2) AS role,
           EXISTS (SELECT FROM rooms WHERE id = $2 AND kind <> 'direct' AND member_count = 0) AS is_empty
    FROM (
      SELECT room_id, role, room_id IS DISTINCT FROM $2::bigint AND (is_chosen OR last_sent_seq > 0 OR NOT $3::boolean) AS is_counted
      FROM memberships WHERE account_id = $1) m`,
  members: `
    SELECT a.id AS user_id, a.username, a.display_name, m.role, CASE WHEN m.muted_until > now() THEN m.muted_until END AS muted_until,
           s.at AS last_seen_at
    FROM memberships m JOIN accounts a ON a.id = m.account_id LEFT JOIN last_seen s ON s.account_id = a.id
    WHERE m.room_id = $1 AND lower(a.username COLLATE "C") > lower($2 COLLATE "C")
    ORDER BY lower(a.username COLLATE "C") LIMIT $3`,
  roomIdsOfAll: `
    SELECT m.account_id AS user_id, array_agg(m.room_id) AS room_ids FROM memberships m JOIN rooms r ON r.id = m.room_id
    WHERE m.account_id = ANY ($1) AND r.member_count <= $2 GROUP BY m.account_id`,
  setHideJoins: 'UPDATE memberships SET hide_joins = $3 WHERE room_id = $1 AND account_id = $2 RETURNING 1',
  moveReadMark: 'SELECT read_seq, moved FROM move_read_mark($1, $2, $3)',
});

/** Creates the store of memberships. */
export function createMembershipStore(database: Database): MembershipStore {
  const { query } = database;
  return {
    async find(roomId, userId, scope) {
      const [row] = await query<MembershipRow>(MEMBERSHIP_SQL.find, [userId, roomId], scope);
      return row ? toMembership(row) : null;
    },
    async countOf(userId, { exceptId, isChosenOnly }, scope) {
      const values = [userId, exceptId, isChosenOnly];
      const [row] = await query<RoomCountsRow>(MEMBERSHIP_SQL.countOf, values, scope);
      return {
        joined: row?.joined ?? 0,
        owned: row?.owned ?? 0,
        role: row?.role ?? null,
        isEmpty: row?.is_empty ?? false,
      };
    },
    async members(roomId, after, limit, scope) {
      const rows = await query<MemberRow>(MEMBERSHIP_SQL.members, [roomId, after, limit], scope);
      return rows.map(toMember);
    },
    async roomIdsOfAll(userIds, maxMembers, scope) {
      const values = [userIds, maxMembers];
      const rows = await query<RoomIdsRow>(MEMBERSHIP_SQL.roomIdsOfAll, values, scope);
      return new Map(rows.map((row) => [row.user_id, row.room_ids]));
    },
    async setHideJoins(roomId, userId, hideJoins, scope) {
      const rows = await query(MEMBERSHIP_SQL.setHideJoins, [roomId, userId, hideJoins], scope);
      return rows.length > 0;
    },
    async moveReadMark(roomId, userId, seq, scope) {
      const [row] = await query<MarkRow>(MEMBERSHIP_SQL.moveReadMark, [roomId, userId, seq], scope);
      return row ? { seq: row.read_seq, moved: row.moved } : null;
    },
  };
}

/** A row of MEMBERSHIP_COLUMNS. */
export type MembershipRow = {
  room_id: number;
  name: string;
  kind: RoomKind;
  topic: string;
  last_seq: number;
  role: Role | null;
  joined_seq: number | null;
  people: RoomPerson[] | null;
  archived_at: string | null;
  muted_until: string | null;
  hide_joins: boolean | null;
  namesake_id: number | null;
};
type MemberRow = { user_id: number; username: string; display_name: string | null; role: Role } & {
  muted_until: string | null;
  last_seen_at: string | null;
};
type RoomCountsRow = { joined: number; owned: number; role: Role | null; is_empty: boolean };
type RoomIdsRow = { user_id: number; room_ids: number[] };
type MarkRow = { read_seq: number; moved: boolean };

/** Returns the membership of a row. */
export function toMembership(row: MembershipRow): Membership {
  return {
    roomId: row.room_id,
    name: row.name,
    kind: row.kind,
    topic: row.topic,
    role: row.role,
    head: row.last_seq,
    joinedSeq: row.joined_seq ?? 0,
    people: row.people,
    archivedAt: row.archived_at,
    mutedUntil: row.muted_until,
    hideJoins: row.hide_joins ?? false,
    namesakeId: row.namesake_id,
  };
}

function toMember(row: MemberRow): RoomMember {
  const { user_id: userId, username, role, last_seen_at: lastSeenAt } = row;
  const member: RoomMember = { userId, username, role, lastSeenAt };
  if (row.display_name !== null) member.displayName = row.display_name;
  if (row.muted_until !== null) member.mutedUntil = row.muted_until;
  return member;
}
