/** The end of accounts: the deletion itself, and what it leaves to be done step by step. */
import { type Database, type Scope, statements } from './database/database.ts';

export type Deletion = {
  userId: number;
  /** The hash of the password that was proved. */
  provedHash: string;
  removesMessages: boolean;
  at: Date;
};
/** The sessions and tokens that ended by it; `changed`: the password is another by now. */
export type DeletionResult =
  | { outcome: 'done'; ended: number[] }
  | { outcome: 'changed'; ended: null }
  | { outcome: 'last_administrator'; ended: null };

/** What an account is called once it is deleted, as delete_account has it. */
export function deletedName(userId: number): string {
  return `(deleted-${userId})`;
}

export type AccountRemovalStore = {
  delete(deletion: Deletion, scope?: Scope): Promise<DeletionResult>;
  /** Does the next step that is due at `at`; the room in which something happened, if any, or null when nothing is due. */
  step(at: Date): Promise<{ roomId: number | null } | null>;
};

/** Messages of one step: few, for their room waits as long. */
export const REMOVAL_BATCH = 50;
/** When a removal is looked at once more: by then no request that began before the deletion is under way. */
export const SECOND_PASS_MS = 120_000;

export const ACCOUNT_REMOVAL_SQL = statements('account-removals', {
  delete: 'SELECT outcome, ended FROM delete_account($1, $2, $3, $4)',
  step: `SELECT in_room FROM step_removal($1, ${REMOVAL_BATCH}, interval '${SECOND_PASS_MS} ms')`,
});

export function createAccountRemovalStore({ query }: Database): AccountRemovalStore {
  return {
    async delete({ userId, provedHash, removesMessages, at }, scope) {
      const values = [userId, provedHash, removesMessages, at];
      const [row] = await query<DeletionResult>(ACCOUNT_REMOVAL_SQL.delete, values, scope);
      if (!row) throw new Error('the store gave no outcome for a deletion');
      return row;
    },
    async step(at) {
      const [row] = await query<{ in_room: number | null }>(ACCOUNT_REMOVAL_SQL.step, [at]);
      return row ? { roomId: row.in_room } : null;
    },
  };
}
