/** The views of the server's administrators: accounts, address bans, the audit log. */

/** An account as administrators see it. */
export type AdminAccount = {
  id: number;
  username: string;
  email?: string;
  admin?: true;
  createdAt: string;
  /** The last use of any of its sessions and tokens. Absent if it has none. */
  lastUsedAt?: string;
  /** When an administrator disabled it. Absent for an account that may sign in. */
  disabledAt?: string;
};

/** A page of accounts, sorted by name. `cursor` asks for the next page; the last page has none. */
export type AccountPage = { users: AdminAccount[]; cursor?: string };

/** A network whose addresses may not use the server. */
export type AddressBan = {
  id: number;
  /** The network, such as 203.0.113.0/24. */
  range: string;
  reason?: string;
  /** When the ban ends. Absent for a ban that holds until it is lifted. */
  until?: string;
  /** The administrator who banned the network. */
  byId: number;
  at: string;
};

/** An entry of the audit log: one act. */
export type AuditEntry = {
  id: number;
  at: string;
  /** The act as noun.verb: `room.kick`. */
  act: string;
  /** The account that acted. Absent if nobody was signed in. */
  actorId?: number;
  /** The actor's current username; `(deleted-7)` after the account was deleted. */
  actor?: string;
  /** The current username of the account `subject.userId`; `(deleted-7)` after it was deleted. */
  user?: string;
  /** The current name of the room `subject.roomId`. Absent unless that room is open. */
  room?: string;
  /** The things and people the act was about: `userId`, `roomId`, … */
  subject: Record<string, unknown>;
};

/** A page of the audit log, newest first. `cursor` asks for the next page; the last page has none. */
export type AuditPage = { entries: AuditEntry[]; cursor?: string };

/**
 * The result of checking the audit log. `rows`: how many rows from the start are intact. `lastHash`: the hash of the last of
 * them. `broken`: the first row that is not intact, if there is one.
 */
export type AuditVerdict = { rows: number; lastHash: string; broken?: { id: number; problem: string } };
