/** An account's public columns, and how such a row becomes the protocol's User. */
import type { User } from '@banter/protocol';

/** The public columns, selected from `accounts a`. */
export const USER_COLUMNS = 'a.id, a.username, a.is_admin, a.display_name';

/** A row with USER_COLUMNS. */
export type UserRow = { id: number; username: string; is_admin: boolean; display_name?: string | null };

/** Turns a row into a User. */
export function toUser(row: UserRow): User {
  const user: User = { id: row.id, username: row.username };
  if (row.display_name) user.displayName = row.display_name;
  if (row.is_admin) user.admin = true;
  return user;
}
