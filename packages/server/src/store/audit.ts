/** The audit log: its pages, and the check of its chain of hashes, which this file computes again outside SQL. */
import { createHash } from 'node:crypto';
import { type Database, type Scope, statements } from './database/database.ts';

/** Which rows to list. An absent field allows any. */
export type AuditFilter = {
  /** An act like `room.kick`, or a noun like `room` for all of its acts. */
  act?: string | undefined;
  actorId?: number | undefined;
  /** Fields that the subject must have, like `{ userId: 2 }`. */
  subject?: Record<string, number> | undefined;
  /** After this time. */
  after?: Date | undefined;
  /** Before this time. */
  before?: Date | undefined;
  /** Only rows below this id: for the page after the one that ended with it. */
  below?: number | undefined;
  limit: number;
};

/** A row of the audit log. */
export type AuditRow = {
  id: number;
  /** ISO 8601. */
  at: string;
  /** Null when nobody was signed in, or when the server acted itself. */
  actorId: number | null;
  /** The actor's current username; `(deleted-7)` once the account is deleted. Null without an actor. */
  actorName: string | null;
  act: string;
  /** The current username of the person acted on, like `actorName`. Null if the subject has no `userId`. */
  userName: string | null;
  /** The current name of the room of the act, if that is open. Administrators may not see other rooms. */
  roomName: string | null;
  subject: Record<string, unknown>;
};

/** A known point of the chain: the row with this id has this hash, in hex. */
export type AuditAnchor = { id: number; hash: string };

/** The result of a check: how many good rows there are and the last one's hash. `broken`: the first bad row, and why. */
export type AuditVerdict = { rows: number; lastHash: string; broken: { id: number; problem: string } | null };

/** Reads the audit log, and adds to it. */
export type AuditStore = {
  /** Adds a row for an act that changes nothing else in the store. */
  record(row: Pick<AuditRow, 'actorId' | 'act' | 'subject'>): Promise<void>;
  /** Lists a page, newest first. */
  list(filter: AuditFilter, scope?: Scope): Promise<AuditRow[]>;
  /** Checks the whole chain, a page at a time. New rows may arrive meanwhile. */
  verify(anchor?: AuditAnchor, scope?: Scope): Promise<AuditVerdict>;
};

/** The statements of the audit log. */
export const AUDIT_SQL = statements('audit', {
  record: 'SELECT audit($1, $2, $3)',
  list: `
    SELECT l.id, l.at, l.actor_id, a.username AS actor_name, l.act, audit_subject(l.subject) AS subject,
           u.username AS user_name, r.name AS room_name
    FROM list_audit($1, $2, $3, $4, $5, $6, $7) l
    LEFT JOIN accounts a ON a.id = l.actor_id
    LEFT JOIN accounts u ON u.id = (l.subject ->> 'userId')::bigint
    LEFT JOIN rooms r ON r.id = (l.subject ->> 'roomId')::bigint AND r.kind = 'open'
    ORDER BY l.id DESC`,
  // One statement, so that no row is added between its two parts.
  head: `
    SELECT last_id, encode(last_hash, 'hex') AS last_hash,
           (SELECT min(id) FROM audit_log WHERE id NOT BETWEEN 1 AND last_id) AS stray_id FROM audit_head`,
  links: `
    SELECT id, audit_time(at)::text AS at_us, COALESCE(actor_id::text, '') AS actor, act, subject::text AS subject,
           encode(hash, 'hex') AS hash, is_audit_text_whole(actor_id, subject ->> 'text') AS is_text_whole
    FROM audit_log WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3`,
});

/** How many rows of the chain one statement reads. */
const LINKS_MAX = 1_000;

/** Creates the store of the audit log. */
export function createAuditStore(database: Database): AuditStore {
  const { query } = database;
  return {
    async record({ actorId, act, subject }) {
      await query(AUDIT_SQL.record, [actorId, act, JSON.stringify(subject)]);
    },
    async list({ act, actorId, subject, after, before, below, limit }, scope) {
      const subjectJson = subject ? JSON.stringify(subject) : null;
      const values = [act, actorId, subjectJson, after, before, below].map((value) => value ?? null);
      return (await query<ListedRow>(AUDIT_SQL.list, [...values, limit], scope)).map(toAuditRow);
    },
    verify: (anchor, scope) => verify(database, anchor, scope),
  };
}

type ListedRow = Pick<AuditRow, 'id' | 'at' | 'act' | 'subject'> & {
  actor_id: number | null;
  actor_name: string | null;
  user_name: string | null;
  room_name: string | null;
};
type HeadRow = { last_id: number; last_hash: string; stray_id: number | null };
type LinkRow = {
  id: number;
  at_us: string;
  actor: string;
  act: string;
  subject: string;
  hash: string;
  /** False if the text that the person gave differs from its digest, or is missing though the person is not. */
  is_text_whole: boolean;
};

function toAuditRow({ actor_id, actor_name, user_name, room_name, ...row }: ListedRow): AuditRow {
  return { ...row, actorId: actor_id, actorName: actor_name, userName: user_name, roomName: room_name };
}

async function verify({ query }: Database, anchor?: AuditAnchor, scope?: Scope): Promise<AuditVerdict> {
  const [head] = await query<HeadRow>(AUDIT_SQL.head, [], scope);
  if (!head) return verdict(0, '', 1, 'the end of the chain is not recorded');
  let [id, hash] = [0, ''];
  while (id < head.last_id) {
    const links = await query<LinkRow>(AUDIT_SQL.links, [id, head.last_id, LINKS_MAX], scope);
    if (links.length === 0) break;
    for (const link of links) {
      const problem = problemOf(link, { id, hash }, anchor);
      if (problem) return verdict(id, hash, id + 1, problem);
      ({ id, hash } = link);
    }
  }
  if (id < head.last_id) return verdict(id, hash, id + 1, 'it is missing, and so are all rows after it');
  if (hash !== head.last_hash) return verdict(id, hash, Math.max(id, 1), 'the end of the chain was altered');
  if (head.stray_id !== null) return verdict(id, hash, head.stray_id, 'it does not belong to the chain');
  if (anchor && anchor.id > id)
    return verdict(id, hash, id + 1, 'it is missing, and so are all rows after it');
  return { rows: id, lastHash: hash, broken: null };
}

/** Returns what is wrong with the row that should follow `last`, or null. */
function problemOf(link: LinkRow, last: AuditAnchor, anchor: AuditAnchor | undefined): string | null {
  if (link.id !== last.id + 1) return 'it is missing';
  if (link.hash !== hashOf(link, last.hash)) return 'it was altered or replaced';
  if (!link.is_text_whole) return 'its text was altered or removed';
  if (link.id === anchor?.id && link.hash !== anchor.hash) return 'the chain was rewritten';
  return null;
}

/** Computes a row's hash, in hex, from the previous hash and the row's fields, as the SQL function audit_text does. */
function hashOf({ id, at_us: atUs, actor, act, subject }: LinkRow, previous: string): string {
  return createHash('sha256').update([previous, id, atUs, actor, act, subject].join('\n')).digest('hex');
}

function verdict(rows: number, lastHash: string, id: number, problem: string): AuditVerdict {
  return { rows, lastHash, broken: { id, problem } };
}
