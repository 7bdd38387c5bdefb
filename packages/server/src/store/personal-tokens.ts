/** Personal tokens: sessions that a program uses. Their secrets come here as SHA-256 hashes only. */
import type { PersonalToken, TokenScope } from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';

/** A token to create. */
export type NewStoredToken = {
  userId: number;
  /** The session that creates it. If that is a token too, the new token ends with it. */
  sessionId: number;
  hash: Buffer;
  name: string;
  scopes: readonly TokenScope[];
  /** The only room it is for; null for all rooms. */
  roomId: number | null;
  at: Date;
  /** Null for never. */
  expiresAt: Date | null;
  /** How many tokens a person may have. */
  max: number;
};

/** A token as its owner sees it. */
export type StoredToken = Omit<PersonalToken, 'current'>;
/** A token's owner. It never changes, so it can be cached. SessionStore.findLive tells whether the token is live. */
export type TokenOwner = { sessionId: number; userId: number; expiresAt: string | null };

/** Reads and writes personal tokens. SessionStore ends them. */
export type PersonalTokenStore = {
  /** Creates a token and returns its id, or why not: the person has `max` tokens already, or the session has ended. */
  insert(token: NewStoredToken, scope?: Scope): Promise<number | 'too_many' | 'ended'>;
  /** Lists a person's tokens that are live at `at`, newest first: those with ids below `below`, up to `limit`. */
  list(userId: number, at: Date, below: number, limit: number, scope?: Scope): Promise<StoredToken[]>;
  /** Finds a token's owner by its hash; null if the token does not exist. */
  findOwner(hash: Buffer, scope?: Scope): Promise<TokenOwner | null>;
};

/** The statements of personal tokens. */
export const PERSONAL_TOKEN_SQL = statements('personal-tokens', {
  insert: 'SELECT outcome, token_id FROM create_token($1, $2, $3, $4, $5, $6, $7, $8, $9)',
  list: `
    SELECT id, name, scopes, room_id, created_at, last_used_at, NULLIF(expires_at, 'infinity') AS expires_at FROM sessions
    WHERE account_id = $1 AND token_hash IS NOT NULL AND ended_at IS NULL AND expires_at > $2 AND id < $3
    ORDER BY id DESC LIMIT $4`,
  findOwner: `
    SELECT id, account_id, NULLIF(expires_at, 'infinity') AS expires_at FROM sessions WHERE token_hash = $1`,
});

/** Creates the store of personal tokens. */
export function createPersonalTokenStore({ query }: Database): PersonalTokenStore {
  return {
    async insert(t, scope) {
      const values = [t.userId, t.sessionId, t.hash, t.name, t.scopes, t.roomId, t.at, t.expiresAt, t.max];
      const [row] = await query<CreatedRow>(PERSONAL_TOKEN_SQL.insert, values, scope);
      if (!row) throw new Error('the store returned no token');
      return row.outcome === 'done' ? row.token_id : row.outcome;
    },
    async list(userId, at, below, limit, scope) {
      const values = [userId, at, below, limit];
      return (await query<TokenRow>(PERSONAL_TOKEN_SQL.list, values, scope)).map(toStoredToken);
    },
    async findOwner(hash, scope) {
      const [row] = await query<OwnerRow>(PERSONAL_TOKEN_SQL.findOwner, [hash], scope);
      return row ? { sessionId: row.id, userId: row.account_id, expiresAt: row.expires_at } : null;
    },
  };
}

type CreatedRow = { outcome: 'done' | 'too_many' | 'ended'; token_id: number };
type OwnerRow = { id: number; account_id: number; expires_at: string | null };
type TokenRow = {
  id: number;
  name: string;
  scopes: TokenScope[];
  room_id: number | null;
  created_at: string;
  last_used_at: string;
  expires_at: string | null;
};

function toStoredToken(row: TokenRow): StoredToken {
  const token: StoredToken = {
    id: row.id,
    name: row.name,
    scopes: row.scopes,
    createdAt: row.created_at,
  };
  if (row.room_id !== null) token.roomId = row.room_id;
  if (row.last_used_at !== row.created_at) token.lastUsedAt = row.last_used_at;
  if (row.expires_at !== null) token.expiresAt = row.expires_at;
  return token;
}
