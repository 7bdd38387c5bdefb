/** Accounts: usernames, emails and password hashes. */
import type { User } from '@banter/protocol';
import { type Database, isUniqueViolation, type Scope, statements } from './database/database.ts';
import { wordsQuery } from './rows/name-words.ts';
import { toUser, type UserRow } from './rows/users.ts';

/** An account with what signing in needs. */
export type Account = User & {
  passwordHash: string;
  disabled: boolean;
  /** The addresses that its running logins were made from. */
  addresses: string[];
};

/** An account to create. */
export type NewAccount = {
  username: string;
  email: string | null;
  passwordHash: string;
  /** Only create it if it is the first account, or with an invitation from an administrator. */
  onlyAsFirst: boolean;
  /** The address of the request, for the audit log. */
  address: string;
  /** The hash of an invitation's code, used in the same transaction. The first account needs none. */
  invitation?: Buffer;
};

/**
 * Why an account was not created: its username or email is taken, a deleted account had its username, it is not the first
 * account, or its invitation is not usable.
 */
export type AccountRefusal = {
  refused: 'username' | 'email' | 'retired' | 'invitation_required' | 'invitation';
};

/** Reads and writes accounts. Names and emails match in any case; deleted accounts are not found. */
export type UserStore = {
  /** Creates an account, or says why not. The first account becomes an administrator. */
  insert(account: NewAccount, scope?: Scope): Promise<User | AccountRefusal>;
  /** Finds an account by username or email; null if it does not exist. */
  findByLogin(login: string, scope?: Scope): Promise<Account | null>;
  /** Finds a user by username; null if it does not exist. */
  findByUsername(username: string, scope?: Scope): Promise<User | null>;
  /** Finds a user by id; null if it does not exist. */
  findById(id: number, scope?: Scope): Promise<User | null>;
  /**
   * Lists people whose username begins with `text`, or whose display name has its words, the last one as a beginning. Only
   * those who share a room with `viewerId`, or are in an open room. Sorted by username.
   */
  lookUp(viewerId: number, text: string, limit: number, scope?: Scope): Promise<User[]>;
  /** Lists the usernames of the accounts with an id above `after`. */
  listNamesAfter(after: number, scope?: Scope): Promise<{ id: number; username: string }[]>;
  /** Replaces a password hash, if it is still `from`. Returns whether it was. */
  updatePasswordHash(id: number, from: string, to: string, scope?: Scope): Promise<boolean>;
  /** Counts the accounts. */
  count(scope?: Scope): Promise<number>;
  /** Whether there is no account yet. Does not count them. */
  isEmpty(scope?: Scope): Promise<boolean>;
};

/** The statements of accounts. */
export const USER_SQL = statements('users', {
  insert: 'SELECT outcome, id, username, is_admin FROM create_account($1, $2, $3, $4, $5, $6)',
  findByLogin: `
    SELECT id, username, is_admin, display_name, password_hash, disabled_at,
           ARRAY(
             SELECT DISTINCT s.address FROM sessions s
             WHERE s.account_id = accounts.id AND s.ended_at IS NULL AND s.token_hash IS NULL
           ) AS addresses
    FROM accounts
    WHERE (lower(username COLLATE "C") = lower($1 COLLATE "C") OR lower(email COLLATE "C") = lower($1 COLLATE "C"))
      AND deleted_at IS NULL`,
  findByUsername: `
    SELECT id, username, is_admin, display_name FROM accounts
    WHERE lower(username COLLATE "C") = lower($1 COLLATE "C") AND deleted_at IS NULL`,
  findById: 'SELECT id, username, is_admin, display_name FROM accounts WHERE id = $1 AND deleted_at IS NULL',
  // The range of names ends before the text and a sign that follows all signs of names.
  lookUp: `
    SELECT a.id, a.username, a.is_admin, a.display_name FROM accounts a
    WHERE a.deleted_at IS NULL AND a.disabled_at IS NULL
      AND (lower(a.username COLLATE "C") >= $2 AND lower(a.username COLLATE "C") < $2 || '~'
        OR a.display_words @@ $3::tsquery)
      AND EXISTS (
        SELECT FROM memberships m JOIN rooms r ON r.id = m.room_id
        WHERE m.account_id = a.id AND (
          is_visible_to_outsider(r.kind, r.archived_at IS NOT NULL, $1)
          OR EXISTS (SELECT FROM memberships own WHERE own.room_id = m.room_id AND own.account_id = $1)))
    ORDER BY lower(a.username COLLATE "C") LIMIT $4`,
  listNamesAfter: 'SELECT id, username FROM accounts WHERE id > $1 AND deleted_at IS NULL',
  updatePasswordHash:
    'UPDATE accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id',
  count: 'SELECT count(*) AS count FROM accounts WHERE deleted_at IS NULL',
  isEmpty: 'SELECT NOT has_admin AS is_empty FROM store_state',
});

/** Creates the store of accounts. */
export function createUserStore(database: Database): UserStore {
  const { query } = database;
  const findUser = async (statement: typeof USER_SQL.findById, key: number | string, scope?: Scope) => {
    const [row] = await query<UserRow>(statement, [key], scope);
    return row ? toUser(row) : null;
  };
  return {
    async insert({ username, email, passwordHash, onlyAsFirst, address, invitation }, scope) {
      try {
        const values = [username, email, passwordHash, onlyAsFirst, address, invitation ?? null];
        const [row] = await query<NewAccountRow>(USER_SQL.insert, values, scope);
        if (!row) throw new Error('the store returned no outcome for an account');
        return row.outcome === 'done' ? toUser(row) : { refused: row.outcome };
      } catch (error) {
        if (isUniqueViolation(error, 'accounts_username_key')) return { refused: 'username' };
        if (isUniqueViolation(error, 'accounts_email_key')) return { refused: 'email' };
        if (isUniqueViolation(error, 'retired_usernames_key')) return { refused: 'retired' };
        throw error;
      }
    },
    async findByLogin(login, scope) {
      const [row] = await query<AccountRow>(USER_SQL.findByLogin, [login], scope);
      return row ? toAccount(row) : null;
    },
    findByUsername: (username, scope) => findUser(USER_SQL.findByUsername, username, scope),
    findById: (id, scope) => findUser(USER_SQL.findById, id, scope),
    async lookUp(viewerId, text, limit, scope) {
      const values = [viewerId, text.toLowerCase(), wordsQuery(text), limit];
      return (await query<UserRow>(USER_SQL.lookUp, values, scope)).map(toUser);
    },
    listNamesAfter: (after, scope) => query(USER_SQL.listNamesAfter, [after], scope),
    async updatePasswordHash(id, from, to, scope) {
      return (await query(USER_SQL.updatePasswordHash, [id, from, to], scope)).length > 0;
    },
    async isEmpty(scope) {
      const [row] = await query<{ is_empty: boolean }>(USER_SQL.isEmpty, [], scope);
      return row?.is_empty ?? false;
    },
    async count(scope) {
      const [row] = await query<{ count: number }>(USER_SQL.count, [], scope);
      return row?.count ?? 0;
    },
  };
}

type NewAccountRow = UserRow & { outcome: 'done' | 'invitation_required' | 'invitation' };
type AccountRow = UserRow & { password_hash: string; disabled_at: string | null; addresses: string[] };

function toAccount(row: AccountRow): Account {
  const { password_hash: passwordHash, disabled_at: disabledAt, addresses } = row;
  return { ...toUser(row), passwordHash, disabled: disabledAt !== null, addresses };
}
