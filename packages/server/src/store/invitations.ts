/** Invitations to the server or to a room. Their codes come here as SHA-256 hashes only. */
import type { Invitation } from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';

/** An invitation to create. */
export type NewInvitation = {
  /** The hash of its code. */
  hash: Buffer;
  /** The inviter. */
  userId: number;
  /** Null for an invitation to the server. */
  roomId: number | null;
  /** Null for no limit. */
  maxUses: number | null;
  expiresInSeconds: number;
  /** How many usable invitations one person may have. */
  liveMax: number;
};

/** Why an invitation was not created. */
export type InvitationRefusal =
  | 'not_found'
  | 'not_member'
  | 'forbidden'
  | 'archived'
  | 'not_administrator'
  | 'too_many';

/** An invitation as the holder of its code sees it. */
export type FoundInvitation = {
  /** Null for an invitation to the server. */
  room: { id: number; name: string } | null;
  /** The inviter's username. */
  inviter: string;
  /** Whether an administrator created it. */
  isFromAdmin: boolean;
  /** ISO 8601. */
  expiresAt: string;
  /** Whether it can be used now. */
  isUsable: boolean;
  /** Whether the caller registered with it and has not joined its room yet. Then the caller can join even if it is used up. */
  isReserved: boolean;
  /** Whether the caller is a member of its room. */
  isMember: boolean;
};

/** Reads and writes invitations. */
export type InvitationStore = {
  /** Creates an invitation, or says why not. */
  insert(
    invitation: NewInvitation,
    scope?: Scope,
  ): Promise<{ made: CreatedInvitation } | { refused: InvitationRefusal }>;
  /**
   * Finds an invitation by its code's hash, even a used-up one; null when the code is unknown or expired.
   * @param userId the caller; null if not signed in.
   */
  find(hash: Buffer, userId: number | null, scope?: Scope): Promise<FoundInvitation | null>;
  /** Lists the unexpired invitations that `userId` may revoke, with ids below `before`, newest first. */
  list(userId: number, before: number, limit: number, scope?: Scope): Promise<Invitation[]>;
  /** Revokes an invitation. Returns false if `userId` has no such invitation to revoke. */
  delete(userId: number, by: { id: number } | { hash: Buffer }, scope?: Scope): Promise<boolean>;
};

/** An invitation that was created. Times are ISO 8601; `roomName` is null for an invitation to the server. */
export type CreatedInvitation = { id: number; createdAt: string; expiresAt: string; roomName: string | null };

/** The statements of invitations. */
export const INVITATION_SQL = statements('invitations', {
  insert: `
    SELECT outcome, id, created_at, expires_at, room_name FROM create_invitation($1, $2, $3, $4, $5, $6)`,
  find: `
    SELECT i.room_id, r.name AS room_name, a.username, a.is_admin, i.expires_at, is_usable(i) AS is_usable,
           EXISTS (SELECT FROM invited d WHERE d.invitation_id = i.id AND d.account_id = $2::bigint) AS is_reserved,
           EXISTS (SELECT FROM memberships m WHERE m.room_id = i.room_id AND m.account_id = $2) AS is_member
    FROM invitations i JOIN accounts a ON a.id = i.account_id LEFT JOIN rooms r ON r.id = i.room_id
    WHERE i.hash = $1 AND i.expires_at > now()`,
  // Everyone may call this, so it reads the invitations of the caller's rooms, not all invitations.
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

/** Creates the store of invitations. */
export function createInvitationStore({ query }: Database): InvitationStore {
  return {
    async insert({ hash, userId, roomId, maxUses, expiresInSeconds, liveMax }, scope) {
      const values = [hash, userId, roomId, maxUses, expiresInSeconds, liveMax];
      const [row] = await query<CreatedRow>(INVITATION_SQL.insert, values, scope);
      if (!row) throw new Error('the store returned no outcome for an invitation');
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
  is_usable: boolean;
  is_reserved: boolean;
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
    isUsable: row.is_usable,
    isReserved: row.is_reserved,
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
