/** Users: who has an account, and the hash that proves it. */
import type { User } from '@banter/protocol';
import { type Database, isUniqueViolation, type Scope, statements } from './database/database.ts';

export type Account = User & {
  passwordHash: string;
  disabled: boolean;
  /** Where its sessions are. */
  addresses: string[];
};
export type NewAccount = {
  username: string;
  email: string | null;
  passwordHash: string;
  /** Only if it is the store's first account, or with an invitation of an administrator. */
  onlyAsFirst: boolean;
  /** Where it is made from, for the audit log. */
  address: string;
  /** The hash of an invitation's code, which is used in the same transaction; a first account needs none. */
  invitation?: Buffer;
};
/** What stood in the way of a new account: a name that is taken, that it is not the first, an invitation that is none. */
export type AccountRefusal = { refused: 'username' | 'email' | 'first' | 'invitation' };

export type UserStore = {
  /** The first account of a store becomes its administrator. */
  insert(account: NewAccount, scope?: Scope): Promise<User | AccountRefusal>;
  /** By username or email, without regard to case. */
  findByLogin(login: string, scope?: Scope): Promise<Account | null>;
  findByUsername(username: string, scope?: Scope): Promise<User | null>;
  findById(id: number, scope?: Scope): Promise<User | null>;
  /** Names of the accounts with a higher id than `after`. */
  listNamesAfter(after: number, scope?: Scope): Promise<{ id: number; username: string }[]>;
  /** Whether it was still `from`. */
  updatePasswordHash(id: number, from: string, to: string, scope?: Scope): Promise<boolean>;
  count(scope?: Scope): Promise<number>;
  /** Whether there is no account yet, without counting them. */
  isEmpty(scope?: Scope): Promise<boolean>;
};

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
  listNamesAfter: 'SELECT id, username FROM accounts WHERE id > $1 AND deleted_at IS NULL',
  updatePasswordHash:
    'UPDATE accounts SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id',
  count: 'SELECT count(*) AS count FROM accounts WHERE deleted_at IS NULL',
  isEmpty: 'SELECT NOT has_admin AS is_empty FROM store_state',
});

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
        if (!row) throw new Error('the store gave no outcome for an account');
        return row.outcome === 'done' ? toUser(row) : { refused: row.outcome };
      } catch (error) {
        if (isUniqueViolation(error, 'accounts_username_key')) return { refused: 'username' };
        if (isUniqueViolation(error, 'accounts_email_key')) return { refused: 'email' };
        throw error;
      }
    },
    async findByLogin(login, scope) {
      const [row] = await query<AccountRow>(USER_SQL.findByLogin, [login], scope);
      return row ? toAccount(row) : null;
    },
    findByUsername: (username, scope) => findUser(USER_SQL.findByUsername, username, scope),
    findById: (id, scope) => findUser(USER_SQL.findById, id, scope),
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

export type UserRow = { id: number; username: string; is_admin: boolean; display_name?: string | null };
type NewAccountRow = UserRow & { outcome: 'done' | 'first' | 'invitation' };
type AccountRow = UserRow & { password_hash: string; disabled_at: string | null; addresses: string[] };

function toAccount(row: AccountRow): Account {
  const { password_hash: passwordHash, disabled_at: disabledAt, addresses } = row;
  return { ...toUser(row), passwordHash, disabled: disabledAt !== null, addresses };
}

/** A row with an account's public columns as the contract's User. */
export function toUser(row: UserRow): User {
  const user: User = { id: row.id, username: row.username };
  if (row.display_name) user.displayName = row.display_name;
  if (row.is_admin) user.admin = true;
  return user;
}
