/** Reports: a member points a room's moderators to a message [C9]. */
import { ChatError, REPORTS_OPEN_MAX, type Report, type ReportState } from '@banter/protocol';
import type { Hub } from '../../hub/hub.ts';
import type { ReportStore } from '../../store/reports.ts';
import type { Caller } from '../caller.ts';
import { checkReason, invalidField } from '../fields.ts';
import { byId, type Page, type PageQuery, readPage } from '../paging.ts';
import type { Memberships } from './memberships.ts';

/** Which reports to list; open ones by default. */
export type ReportsQuery = PageQuery & { state?: ReportState | undefined };

/** The parts that Reports works with. */
export type ReportsDeps = {
  reports: ReportStore;
  memberships: Pick<Memberships, 'require' | 'requireRole'>;
  hub: Pick<Hub, 'connectionsOf' | 'send'>;
};

/** The reports of rooms. */
export class Reports {
  readonly #deps: ReportsDeps;

  constructor(deps: ReportsDeps) {
    this.#deps = deps;
  }

  /**
   * Reports a message. A second report of the same message by the same caller returns the first one.
   * @throws ChatError invalid, not_found, not_member, forbidden (direct or archived), conflict (too many open reports).
   */
  async file(
    caller: Caller,
    roomId: number,
    seq: number,
    reason: string,
  ): Promise<{ report: Report; isNew: boolean }> {
    const { reports, memberships } = this.#deps;
    await memberships.require(caller, roomId);
    const checked = checkReason(reason);
    if (checked.trim() === '') throw invalidField('reason', 'say what is wrong with the message');
    const filing = { roomId, seq, userId: caller.user.id, reason: checked, openMax: REPORTS_OPEN_MAX };
    const { id, isNew } = await reports.file(filing, caller.scope);
    const report = await this.#find(caller, roomId, id);
    if (isNew) await this.#notifyModerators(caller, report);
    return { report, isNew };
  }

  /** Lists a room's reports for its moderators, newest first. @throws ChatError not_found, not_member, forbidden. */
  async list(
    caller: Caller,
    roomId: number,
    { state = 'open', ...query }: ReportsQuery,
  ): Promise<Page<Report>> {
    const { reports, memberships } = this.#deps;
    await memberships.requireRole(caller, roomId, 'moderator');
    return readPage(
      query,
      byId(`reports ${roomId}`, (before, limit) =>
        reports.list(roomId, { state, before, limit }, caller.scope),
      ),
    );
  }

  /** Closes or reopens a report, for moderators of the room. @throws ChatError not_found, not_member, forbidden. */
  async settle(caller: Caller, roomId: number, reportId: number, state: ReportState): Promise<Report> {
    const { reports, memberships } = this.#deps;
    await memberships.requireRole(caller, roomId, 'moderator');
    const by = { userId: caller.user.id, state };
    const hasChanged = await reports.settle(roomId, reportId, by, caller.scope);
    const report = await this.#find(caller, roomId, reportId);
    if (hasChanged) await this.#notifyModerators(caller, report);
    return report;
  }

  async #find({ scope }: Caller, roomId: number, reportId: number): Promise<Report> {
    const report = await this.#deps.reports.find(roomId, reportId, scope);
    if (!report) throw new ChatError('not_found', 'there is no such report');
    return report;
  }

  /** Sends a report to the room's moderators, over their connections that follow the room. */
  async #notifyModerators({ scope }: Caller, report: Report): Promise<void> {
    const { reports, hub } = this.#deps;
    const { roomId } = report;
    for (const userId of await reports.moderatorIds(roomId, scope)) {
      for (const connection of hub.connectionsOf(userId, roomId)) {
        if (connection.subscriptions.has(roomId)) hub.send(connection, { type: 'report', roomId, report });
      }
    }
  }
}
