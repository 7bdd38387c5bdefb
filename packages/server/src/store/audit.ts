/** The audit log: its pages, and the walk along its chain of hashes, which are computed here anew, outside of SQL. */
import { createHash } from 'node:crypto';
import { type Database, type Scope, statements } from './database/database.ts';

export type AuditFilter = {
  /** An act as `room.kick`, or a noun as `room` for all of its acts. */
  act?: string | undefined;
  actorId?: number | undefined;
  /** What the subject must have, as `{ userId: 2 }`. */
  subject?: Record<string, number> | undefined;
  after?: Date | undefined;
  before?: Date | undefined;
  /** Rows below this id: the page after the one that ended with it. */
  below?: number | undefined;
  limit: number;
};

export type AuditRow = {
  id: number;
  at: string;
  /** Null: nobody signed in, or the server itself. */
  actorId: number | null;
  /** The actor's name as it is now; null once the account is gone. */
  actorName: string | null;
  act: string;
  subject: Record<string, unknown>;
};

/** A place in the chain that somebody has written down: the row of this id has this hash, in hex. */
export type AuditAnchor = { id: number; hash: string };

/** Where the chain ends; `brokenAt` is the first row that is not as it was written, with what is wrong there. */
export type AuditVerdict = { rows: number; lastHash: string; broken: { id: number; problem: string } | null };

export type AuditStore = {
  /** Adds a row that tells of nothing else in the store. */
  record(row: Pick<AuditRow, 'actorId' | 'act' | 'subject'>): Promise<void>;
  /** A page, newest first. */
  list(filter: AuditFilter, scope?: Scope): Promise<AuditRow[]>;
  /** Walks the whole chain, a page at a time, while new rows come. */
  verify(anchor?: AuditAnchor, scope?: Scope): Promise<AuditVerdict>;
};

export const AUDIT_SQL = statements('audit', {
  record: 'SELECT audit($1, $2, $3)',
  list: `
    SELECT l.id, l.at, l.actor_id, a.username AS actor_name, l.act, l.subject
    FROM list_audit($1, $2, $3, $4, $5, $6, $7) l LEFT JOIN accounts a ON a.id = l.actor_id ORDER BY l.id DESC`,
  // In one statement: no row comes between the two looks.
  head: `
    SELECT last_id, encode(last_hash, 'hex') AS last_hash,
           (SELECT min(id) FROM audit_log WHERE id NOT BETWEEN 1 AND last_id) AS stray_id FROM audit_head`,
  links: `
    SELECT id, audit_time(at)::text AS at_us, COALESCE(actor_id::text, '') AS actor, act, subject::text AS subject,
           encode(hash, 'hex') AS hash
    FROM audit_log WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3`,
});

/** Rows of one look at the chain. */
const LINKS_MAX = 1_000;

export function createAuditStore(database: Database): AuditStore {
  const { query } = database;
  return {
    async record({ actorId, act, subject }) {
      await query(AUDIT_SQL.record, [actorId, act, JSON.stringify(subject)]);
    },
    async list({ act, actorId, subject, after, before, below, limit }, scope) {
      const wanted = subject ? JSON.stringify(subject) : null;
      const values = [act, actorId, wanted, after, before, below].map((value) => value ?? null);
      return (await query<ListedRow>(AUDIT_SQL.list, [...values, limit], scope)).map(toAuditRow);
    },
    verify: (anchor, scope) => verify(database, anchor, scope),
  };
}

type ListedRow = Pick<AuditRow, 'id' | 'at' | 'act' | 'subject'> & {
  actor_id: number | null;
  actor_name: string | null;
};
type HeadRow = { last_id: number; last_hash: string; stray_id: number | null };
type LinkRow = { id: number; at_us: string; actor: string; act: string; subject: string; hash: string };

function toAuditRow({ actor_id: actorId, actor_name: actorName, ...row }: ListedRow): AuditRow {
  return { ...row, actorId, actorName };
}

async function verify({ query }: Database, anchor?: AuditAnchor, scope?: Scope): Promise<AuditVerdict> {
  const [head] = await query<HeadRow>(AUDIT_SQL.head, [], scope);
  if (!head) return verdict(0, '', 1, 'the end of the chain is not on record');
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
  if (id < head.last_id) return verdict(id, hash, id + 1, 'it is missing, and all after it');
  if (hash !== head.last_hash) return verdict(id, hash, Math.max(id, 1), 'the end of the chain was altered');
  if (head.stray_id !== null) return verdict(id, hash, head.stray_id, 'it does not belong to the chain');
  if (anchor && anchor.id > id) return verdict(id, hash, id + 1, 'it is missing, and all after it');
  return { rows: id, lastHash: hash, broken: null };
}

/** What is wrong with the row that should come after `last`. */
function problemOf(link: LinkRow, last: AuditAnchor, anchor: AuditAnchor | undefined): string | null {
  if (link.id !== last.id + 1) return 'it is missing';
  if (link.hash !== hashOf(link, last.hash)) return 'it was altered, or another stands in its place';
  if (link.id === anchor?.id && link.hash !== anchor.hash) return 'the chain was written anew';
  return null;
}

/** What audit_text says (migration audit), in hex: the hash before and the row's parts, one a line. */
function hashOf({ id, at_us: atUs, actor, act, subject }: LinkRow, previous: string): string {
  return createHash('sha256').update([previous, id, atUs, actor, act, subject].join('\n')).digest('hex');
}

function verdict(rows: number, lastHash: string, id: number, problem: string): AuditVerdict {
  return { rows, lastHash, broken: { id, problem } };
}
