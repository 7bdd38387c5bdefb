/** What administrators of the server see. */

/** An account as administrators see it. */
export type AdminAccount = {
  id: number;
  username: string;
  email?: string;
  admin?: true;
  createdAt: string;
  /** When its sessions and tokens were last used; absent where it has none. */
  lastUsedAt?: string;
  /** Since when it may not sign in; absent for one that may. */
  disabledAt?: string;
};

/** A page of accounts by name; `cursor` is for the next one, absent on the last. */
export type AccountPage = { users: AdminAccount[]; cursor?: string };

/** A network that may not use the server. */
export type AddressBan = {
  id: number;
  /** As 203.0.113.0/24. */
  range: string;
  reason?: string;
  /** Absent until it is lifted. */
  until?: string;
  /** Which administrator made it. */
  byId: number;
  at: string;
};

/** Something that was done, as administrators read it in the audit log. */
export type AuditEntry = {
  id: number;
  at: string;
  /** As noun.verb: `room.kick`. */
  act: string;
  /** Who did it; absent where nobody was signed in. */
  actorId?: number;
  /** The actor's name as it is now; absent once the account is gone. */
  actor?: string;
  /** Whom and what it was about: `userId`, `roomId`, … */
  subject: Record<string, unknown>;
};

/** A page of the audit log, newest first; `cursor` is for the next one, absent on the last. */
export type AuditPage = { entries: AuditEntry[]; cursor?: number };

/** How far the audit log is as it was written: the hash of the last good row, and the first broken one. */
export type AuditVerdict = { rows: number; lastHash: string; broken?: { id: number; problem: string } };
