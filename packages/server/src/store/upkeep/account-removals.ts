/** Deletes accounts: the deletion itself, and the removal of messages and memberships, step by step. */
import { type Database, type Scope, statements } from '../database/database.ts';

/** An account to delete. */
export type Deletion = {
  userId: number;
  /** The hash of the password that the person proved to know. */
  provedHash: string;
  /** Whether the person's messages are deleted too. */
  removesMessages: boolean;
  at: Date;
};

/** `ended`: the ids of the sessions and tokens that ended. `changed`: the password is no longer the proved one. */
export type DeletionResult =
  | { outcome: 'done'; ended: number[] }
  | { outcome: 'changed'; ended: null }
  | { outcome: 'last_administrator'; ended: null };

/** Returns the username of a deleted account. The SQL function delete_account sets the same. */
export function deletedName(userId: number): string {
  return `(deleted-${userId})`;
}

/** Deletes accounts. */
export type AccountRemovalStore = {
  /** Deletes an account, unless the result says otherwise. Its rooms and messages follow with `step`. */
  delete(deletion: Deletion, scope?: Scope): Promise<DeletionResult>;
  /** Does the next step that is due at `at`: returns the room that got events, if any; null when nothing is due. */
  step(at: Date): Promise<{ roomId: number | null } | null>;
};

/** How many messages one step deletes. Few, because their room waits meanwhile. */
export const REMOVAL_BATCH = 50;

/** When a removal runs a second time: by then, every request that began before the deletion has ended. */
export const SECOND_PASS_MS = 120_000;

/** The statements of account removals. */
export const ACCOUNT_REMOVAL_SQL = statements('account-removals', {
  delete: 'SELECT outcome, ended FROM delete_account($1, $2, $3, $4)',
  step: `SELECT in_room FROM step_removal($1, ${REMOVAL_BATCH}, interval '${SECOND_PASS_MS} ms')`,
});

/** Creates the store of account removals. */
export function createAccountRemovalStore({ query }: Database): AccountRemovalStore {
  return {
    async delete({ userId, provedHash, removesMessages, at }, scope) {
      const values = [userId, provedHash, removesMessages, at];
      const [row] = await query<DeletionResult>(ACCOUNT_REMOVAL_SQL.delete, values, scope);
      if (!row) throw new Error('the store returned no outcome for a deletion');
      return row;
    },
    async step(at) {
      const [row] = await query<{ in_room: number | null }>(ACCOUNT_REMOVAL_SQL.step, [at]);
      return row ? { roomId: row.in_room } : null;
    },
  };
}
