/** Reports: members tell a room's moderators of a message [C9]. */
import {
  ChatError,
  PAGE_DEFAULT,
  REPORTS_OPEN_MAX,
  type Report,
  type ReportPage,
  type ReportState,
} from '@banter/protocol';
import type { Hub } from '../../hub/hub.ts';
import type { ReportStore } from '../../store/reports.ts';
import type { Caller } from '../caller.ts';
import { checkReason, invalidField } from '../fields.ts';
import type { Memberships } from './memberships.ts';

export type ReportsQuery = {
  state?: ReportState | undefined;
  before?: number | undefined;
  limit?: number | undefined;
};

export type Reports = {
  /**
   * Reports a message; gives the first report where the caller has reported it before.
   * @throws ChatError invalid, not_found, not_member, forbidden (direct or archived), conflict (too many that are open).
   */
  file(
    caller: Caller,
    roomId: number,
    seq: number,
    reason: string,
  ): Promise<{ report: Report; isNew: boolean }>;
  /** For moderators, the newest first; open ones by default. @throws ChatError not_found, not_member, forbidden. */
  list(caller: Caller, roomId: number, query: ReportsQuery): Promise<ReportPage>;
  /** Closes a report or opens it again, for moderators. @throws ChatError not_found, not_member, forbidden. */
  settle(caller: Caller, roomId: number, reportId: number, state: ReportState): Promise<Report>;
};

export type ReportsDeps = {
  reports: ReportStore;
  memberships: Pick<Memberships, 'require' | 'requireRights'>;
  hub: Pick<Hub, 'connectionsOf' | 'send'>;
};

export function createReports({ reports, memberships, hub }: ReportsDeps): Reports {
  async function find({ scope }: Caller, roomId: number, reportId: number): Promise<Report> {
    const report = await reports.find(roomId, reportId, scope);
    if (!report) throw new ChatError('not_found', 'there is no such report');
    return report;
  }

  /** Tells those connections of the room's moderators that follow it. */
  async function tell({ scope }: Caller, report: Report): Promise<void> {
    const { roomId } = report;
    for (const userId of await reports.moderatorIds(roomId, scope)) {
      for (const connection of hub.connectionsOf(userId, roomId)) {
        if (connection.subscriptions.has(roomId)) hub.send(connection, { type: 'report', roomId, report });
      }
    }
  }

  return {
    async file(caller, roomId, seq, given) {
      await memberships.require(caller, roomId);
      const reason = checkReason(given);
      if (reason.trim() === '') throw invalidField('reason', 'say what is wrong with the message');
      const filing = { roomId, seq, userId: caller.user.id, reason, openMax: REPORTS_OPEN_MAX };
      const { id, isNew } = await reports.file(filing, caller.scope);
      const report = await find(caller, roomId, id);
      if (isNew) await tell(caller, report);
      return { report, isNew };
    },

    async list(caller, roomId, { state = 'open', before = Number.MAX_SAFE_INTEGER, limit = PAGE_DEFAULT }) {
      await memberships.requireRights(caller, roomId, 'moderator');
      const found = await reports.list(roomId, { state, before, limit: limit + 1 }, caller.scope);
      return { reports: found.slice(0, limit), hasMore: found.length > limit };
    },

    async settle(caller, roomId, reportId, state) {
      await memberships.requireRights(caller, roomId, 'moderator');
      const by = { userId: caller.user.id, state };
      const isNews = await reports.settle(roomId, reportId, by, caller.scope);
      const report = await find(caller, roomId, reportId);
      if (isNews) await tell(caller, report);
      return report;
    },
  };
}
