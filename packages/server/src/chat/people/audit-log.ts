/** The audit log, as administrators read it. */
import { type AuditEntry, type AuditVerdict, ChatError } from '@banter/protocol';
import type { AuditRow, AuditStore } from '../../store/audit.ts';
import { type Caller, requireAdministrator } from '../caller.ts';
import { byId, type Page, type PageQuery, readPage } from '../paging.ts';

/** Which rows to list; a row must meet every condition. */
export type AuditQuery = PageQuery & {
  /** An act such as `room.kick`, or a noun such as `room` for all its acts. */
  act?: string | undefined;
  /** The person who acted. */
  actorId?: number | undefined;
  /** The person acted on. */
  userId?: number | undefined;
  /** The room of the act. */
  roomId?: number | undefined;
  /** ISO 8601, exclusive. */
  after?: string | undefined;
  /** ISO 8601, exclusive. */
  before?: string | undefined;
};

/** A row's id and hash (hex), kept from an earlier check. Only they can detect a chain that was rewritten as a whole. */
export type Anchor = { id?: number | undefined; hash?: string | undefined };

/** A noun, or a noun with its verb. */
const ACT_PATTERN = /^[a-z-]+(\.[a-z-]+)*$/;

/** The audit log. Both methods throw ChatError forbidden for everybody but administrators. */
export class AuditLog {
  readonly #audit: Pick<AuditStore, 'list' | 'verify'>;

  constructor({ audit }: { audit: Pick<AuditStore, 'list' | 'verify'> }) {
    this.#audit = audit;
  }

  /** Returns a page of rows, newest first. @throws ChatError invalid. */
  async list(caller: Caller, query: AuditQuery): Promise<Page<AuditEntry>> {
    requireAdministrator(caller);
    const { act, actorId, userId, roomId, after, before, ...page } = query;
    if (act !== undefined && !ACT_PATTERN.test(act))
      throw new ChatError('invalid', 'act must be an act such as room.kick, or a noun such as room');
    const subject = Object.entries({ userId, roomId }).filter(([, id]) => id !== undefined);
    const filter = {
      act,
      actorId,
      subject: subject.length > 0 ? (Object.fromEntries(subject) as Record<string, number>) : undefined,
      after: toDate(after),
      before: toDate(before),
    };
    const { rows, ...rest } = await readPage(
      page,
      byId('audit', (below, limit) => this.#audit.list({ ...filter, below, limit }, caller.scope)),
    );
    return { ...rest, rows: rows.map(toEntry) };
  }

  /** Verifies the whole chain of rows. @throws ChatError invalid (half an anchor). */
  async verify(caller: Caller, { id, hash }: Anchor): Promise<AuditVerdict> {
    requireAdministrator(caller);
    if ((id === undefined) !== (hash === undefined))
      throw new ChatError('invalid', 'send both id and hash of a row, or neither');
    const anchor = id !== undefined && hash !== undefined ? { id, hash } : undefined;
    const { broken, ...verdict } = await this.#audit.verify(anchor, caller.scope);
    return broken ? { ...verdict, broken } : verdict;
  }
}

function toDate(time: string | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}

function toEntry({ actorId, actorName, userName, roomName, ...row }: AuditRow): AuditEntry {
  return {
    ...row,
    ...(actorId === null ? {} : { actorId }),
    ...(actorName === null ? {} : { actor: actorName }),
    ...(userName === null ? {} : { user: userName }),
    ...(roomName === null ? {} : { room: roomName }),
  };
}
