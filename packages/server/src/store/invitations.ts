/** Invitations: links to the server or to a room. Their codes come here as SHA-256 hashes only. */
import type { Invitation } from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';

export type NewInvitation = {
  hash: Buffer;
  userId: number;
  /** Null: to the server. */
  roomId: number | null;
  /** Null: any number. */
  maxUses: number | null;
  expiresInSeconds: number;
  /** How many that can still be used one person may have. */
  liveMax: number;
};
/** Why none was made. */
export type InvitationRefusal =
  | 'not_found'
  | 'not_member'
  | 'forbidden'
  | 'archived'
  | 'not_administrator'
  | 'too_many';
/** An invitation as its code shows it. */
export type FoundInvitation = {
  /** Null: to the server. */
  room: { id: number; name: string } | null;
  inviter: string;
  /** Whether an administrator made it. */
  isFromAdmin: boolean;
  expiresAt: string;
  /** Whether it lets somebody in now. */
  isUsable: boolean;
  /** Whether it has let in the one who asks, who has not entered its room yet. */
  isReserved: boolean;
  /** Whether the one who asks is in its room. */
  isMember: boolean;
};

export type InvitationStore = {
  insert(
    invitation: NewInvitation,
    scope?: Scope,
  ): Promise<{ made: CreatedInvitation } | { refused: InvitationRefusal }>;
  /** Null for an unknown or expired code; one that was used up is found. @param userId who asks; null for anybody. */
  find(hash: Buffer, userId: number | null, scope?: Scope): Promise<FoundInvitation | null>;
  /** Those that `userId` may take back and that have not expired, with ids below `before`, newest first. */
  list(userId: number, before: number, limit: number, scope?: Scope): Promise<Invitation[]>;
  /** Takes one back, by its id or its code; false where there is none that `userId` may take back. */
  delete(userId: number, by: { id: number } | { hash: Buffer }, scope?: Scope): Promise<boolean>;
};

/** What the store gave a new invitation. */
export type CreatedInvitation = { id: number; createdAt: string; expiresAt: string; roomName: string | null };

export const INVITATION_SQL = statements('invitations', {
  insert: `
    SELECT outcome, id, created_at, expires_at, room_name FROM create_invitation($1, $2, $3, $4, $5, $6)`,
  find: `
    SELECT i.room_id, r.name AS room_name, a.username, a.is_admin, i.expires_at, is_usable(i) AS is_good,
           EXISTS (SELECT FROM invited d WHERE d.invitation_id = i.id AND d.account_id = $2::bigint) AS is_owed,
           EXISTS (SELECT FROM memberships m WHERE m.room_id = i.room_id AND m.account_id = $2) AS is_member
    FROM invitations i JOIN accounts a ON a.id = i.account_id LEFT JOIN rooms r ON r.id = i.room_id
    WHERE i.hash = $1 AND i.expires_at > now()`,
  // Asked by everybody: the rooms that one leads are looked at, not all invitations there are.
  list: `
    WITH led AS MATERIALIZED (
      SELECT room_id FROM (
        SELECT room_id FROM memberships WHERE account_id = $1 AND role <> 'member'
        UNION SELECT id FROM rooms WHERE kind = 'open' AND is_admin($1)
      ) r WHERE may_invite($1, room_id)
    ), own AS (
      SELECT id FROM invitations WHERE account_id = $1
      UNION SELECT v.id FROM led JOIN invitations v ON v.room_id = led.room_id
      UNION SELECT id FROM invitations WHERE room_id IS NULL AND may_invite($1, NULL)
    )
    SELECT i.id, i.room_id, r.name AS room_name, a.id AS user_id, a.username, i.created_at, i.expires_at, i.max_uses, i.uses
    FROM own JOIN invitations i ON i.id = own.id JOIN accounts a ON a.id = i.account_id LEFT JOIN rooms r ON r.id = i.room_id
    WHERE i.id < $2 AND i.expires_at > now()
    ORDER BY i.id DESC LIMIT $3`,
  delete: 'SELECT revoke_invitation($1, $2, $3) AS is_done',
});

export function createInvitationStore({ query }: Database): InvitationStore {
  return {
    async insert({ hash, userId, roomId, maxUses, expiresInSeconds, liveMax }, scope) {
      const values = [hash, userId, roomId, maxUses, expiresInSeconds, liveMax];
      const [row] = await query<CreatedRow>(INVITATION_SQL.insert, values, scope);
      if (!row) throw new Error('the store gave no outcome for an invitation');
      if (row.outcome !== 'done') return { refused: row.outcome };
      const { id, created_at: createdAt, expires_at: expiresAt, room_name: roomName } = row;
      return { made: { id, createdAt, expiresAt, roomName } };
    },
    async find(hash, userId, scope) {
      const [row] = await query<FoundRow>(INVITATION_SQL.find, [hash, userId], scope);
      return row ? toFound(row) : null;
    },
    async list(userId, before, limit, scope) {
      const rows = await query<InvitationRow>(INVITATION_SQL.list, [userId, before, limit], scope);
      return rows.map(toInvitation);
    },
    async delete(userId, by, scope) {
      const key = 'id' in by ? [by.id, null] : [null, by.hash];
      const [row] = await query<{ is_done: boolean }>(INVITATION_SQL.delete, [userId, ...key], scope);
      return row?.is_done ?? false;
    },
  };
}

type CreatedRow = { id: number; created_at: string; expires_at: string; room_name: string | null } & {
  outcome: 'done' | InvitationRefusal;
};
type FoundRow = {
  room_id: number | null;
  room_name: string | null;
  username: string;
  is_admin: boolean;
  expires_at: string;
  is_good: boolean;
  is_owed: boolean;
  is_member: boolean;
};
type InvitationRow = {
  id: number;
  room_id: number | null;
  room_name: string | null;
  user_id: number;
  username: string;
  created_at: string;
  expires_at: string;
  max_uses: number | null;
  uses: number;
};

function toFound(row: FoundRow): FoundInvitation {
  return {
    room: row.room_id === null ? null : { id: row.room_id, name: row.room_name ?? '' },
    inviter: row.username,
    isFromAdmin: row.is_admin,
    expiresAt: row.expires_at,
    isUsable: row.is_good,
    isReserved: row.is_owed,
    isMember: row.is_member,
  };
}

function toInvitation(row: InvitationRow): Invitation {
  return {
    id: row.id,
    ...(row.room_id === null ? {} : { roomId: row.room_id, roomName: row.room_name ?? '' }),
    userId: row.user_id,
    username: row.username,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    ...(row.max_uses === null ? {} : { maxUses: row.max_uses }),
    uses: row.uses,
  };
}
