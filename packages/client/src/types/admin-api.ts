/** HTTP calls for the server's administrators. */
import type { AccountPage, AdminAccount, AuditPage, AuditVerdict } from '@banter/protocol';

/** Calls for administrators; anyone else gets `forbidden`. */
export type AdminApi = {
  /** Lists accounts by name. */
  users(page?: { prefix?: string; limit?: number; cursor?: string }): Promise<AccountPage>;
  /** Disables or enables an account, and grants or revokes administration. */
  updateUser(userId: number, input: { disabled?: boolean; admin?: boolean }): Promise<AdminAccount>;
  /** Creates a token with which the person sets a new password, once. `expiresAt` is in ISO 8601. */
  resetToken(userId: number): Promise<{ token: string; expiresAt: string }>;
  /** Ends all sessions and tokens of an account. */
  endSessions(userId: number): Promise<void>;
  /** Lists the audit log, newest first. `act` is one act (`room.kick`) or all acts of a noun (`room`). */
  audit(page?: { act?: string; actorId?: number; cursor?: string; limit?: number }): Promise<AuditPage>;
  /** Verifies the hash chain of the whole audit log. */
  verifyAudit(): Promise<AuditVerdict>;
};
