/** Reports of messages to a room's moderators. */
import type { Report, ReportState } from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';
import { checkDone } from './rows/refusals.ts';

/** A report to file. `openMax`: how many open reports one person may have in a room. */
export type NewReport = { roomId: number; seq: number; userId: number; reason: string; openMax: number };

/** Which reports to list: those in `state` with an id below `before`, up to `limit`. */
export type ReportQuery = { state: ReportState; before: number; limit: number };

/** Reads and writes reports. */
export type ReportStore = {
  /**
   * Files a report. If this person has reported the message before, returns that report, with `isNew` false.
   * @throws ChatError not_found, not_member, forbidden (archived, direct), conflict (too many open reports).
   */
  file(report: NewReport, scope?: Scope): Promise<{ id: number; isNew: boolean }>;
  /** Closes or reopens a report. Returns whether that changed it. @throws ChatError not_found, not_member, forbidden. */
  settle(
    roomId: number,
    reportId: number,
    by: { userId: number; state: ReportState },
    scope?: Scope,
  ): Promise<boolean>;
  /** Finds a report of a room; null if it does not exist. */
  find(roomId: number, reportId: number, scope?: Scope): Promise<Report | null>;
  /** Lists reports of a room, newest first. */
  list(roomId: number, query: ReportQuery, scope?: Scope): Promise<Report[]>;
  /** Lists the ids of the people who get a room's reports: its moderators and owners. */
  moderatorIds(roomId: number, scope?: Scope): Promise<number[]>;
};

const VIEW = `
  SELECT p.id, p.room_id, p.seq, p.account_id, a.username, p.reason, p.at, p.closed_at, p.closed_by,
         c.username AS closed_by_name, m.account_id AS author_id, w.username AS author_name, m.at AS message_at,
         CASE WHEN m.deleted_at IS NULL THEN m.content END AS content
  FROM reports p
  JOIN accounts a ON a.id = p.account_id
  JOIN messages m ON m.room_id = p.room_id AND m.seq = p.seq
  JOIN accounts w ON w.id = m.account_id
  LEFT JOIN accounts c ON c.id = p.closed_by
  WHERE p.room_id = $1`;

/** The statements of reports. */
export const REPORT_SQL = statements('reports', {
  file: 'SELECT outcome, id FROM file_report($1, $2, $3, $4, $5)',
  settle: 'SELECT outcome FROM settle_report($1, $2, $3, $4)',
  find: `${VIEW} AND p.id = $2`,
  list: `${VIEW} AND (p.closed_at IS NULL) = $2::boolean AND p.id < $3 ORDER BY p.id DESC LIMIT $4`,
  moderatorIds: "SELECT account_id FROM memberships WHERE room_id = $1 AND role <> 'member'",
});

/** Creates the store of reports. */
export function createReportStore({ query }: Database): ReportStore {
  return {
    async file({ roomId, seq, userId, reason, openMax }, scope) {
      const values = [roomId, userId, seq, reason, openMax];
      const [row] = await query<{ outcome: string; id: number }>(REPORT_SQL.file, values, scope);
      return { id: row?.id ?? 0, isNew: checkDone(row?.outcome) };
    },
    async settle(roomId, reportId, { userId, state }, scope) {
      const values = [roomId, userId, reportId, state === 'closed'];
      const [row] = await query<{ outcome: string }>(REPORT_SQL.settle, values, scope);
      return checkDone(row?.outcome);
    },
    async find(roomId, reportId, scope) {
      const [row] = await query<ReportRow>(REPORT_SQL.find, [roomId, reportId], scope);
      return row ? toReport(row) : null;
    },
    async list(roomId, { state, before, limit }, scope) {
      const values = [roomId, state === 'open', before, limit];
      return (await query<ReportRow>(REPORT_SQL.list, values, scope)).map(toReport);
    },
    async moderatorIds(roomId, scope) {
      const rows = await query<{ account_id: number }>(REPORT_SQL.moderatorIds, [roomId], scope);
      return rows.map((row) => row.account_id);
    },
  };
}

type ReportRow = {
  id: number;
  room_id: number;
  seq: number;
  account_id: number;
  username: string;
  reason: string;
  at: string;
  closed_at: string | null;
  closed_by: number | null;
  closed_by_name: string | null;
  author_id: number;
  author_name: string;
  message_at: string;
  content: string | null;
};

function toReport(row: ReportRow): Report {
  const report: Report = {
    id: row.id,
    roomId: row.room_id,
    seq: row.seq,
    userId: row.account_id,
    username: row.username,
    reason: row.reason,
    at: row.at,
    state: row.closed_at === null ? 'open' : 'closed',
    about: {
      userId: row.author_id,
      username: row.author_name,
      at: row.message_at,
      ...(row.content === null ? {} : { content: row.content }),
    },
  };
  if (row.closed_at === null || row.closed_by === null) return report;
  return {
    ...report,
    closedAt: row.closed_at,
    closedByUserId: row.closed_by,
    closedByUsername: row.closed_by_name ?? '',
  };
}
