/** The audit log, as administrators read it. */
import {
  type AuditEntry,
  type AuditPage,
  type AuditVerdict,
  ChatError,
  PAGE_DEFAULT,
} from '@banter/protocol';
import type { AuditRow, AuditStore } from '../../store/audit.ts';
import { type Caller, requireAdministrator } from '../caller.ts';

/** What rows are wanted; all that is said must hold. */
export type AuditQuery = {
  /** An act as `room.kick`, or a noun as `room` for all of its acts. */
  act?: string | undefined;
  /** Who did it. */
  actorId?: number | undefined;
  /** Whom and which room it was about. */
  userId?: number | undefined;
  roomId?: number | undefined;
  /** Times as ISO 8601, both exclusive. */
  after?: string | undefined;
  before?: string | undefined;
  limit?: number | undefined;
  /** Of the page before. */
  cursor?: number | undefined;
};

/** A row's hash that was written down earlier, in hex: without one, a chain that was written anew cannot be told. */
export type Anchor = { id?: number | undefined; hash?: string | undefined };

export type Audit = {
  /** A page, newest first. @throws ChatError forbidden (no administrator), invalid. */
  list(caller: Caller, query: AuditQuery): Promise<AuditPage>;
  /** Walks through the whole chain. @throws ChatError forbidden (no administrator), invalid (half an anchor). */
  verify(caller: Caller, anchor: Anchor): Promise<AuditVerdict>;
};

/** A noun, or a noun with its verb. */
const ACT_PATTERN = /^[a-z-]+(\.[a-z-]+)*$/;

export function createAudit(log: AuditStore): Audit {
  return {
    async list(caller, { act, actorId, userId, roomId, after, before, limit = PAGE_DEFAULT, cursor }) {
      requireAdministrator(caller);
      if (act !== undefined && !ACT_PATTERN.test(act))
        throw new ChatError('invalid', 'act must be an act as room.kick, or a noun as room');
      const about = Object.entries({ userId, roomId }).filter(([, id]) => id !== undefined);
      const rows = await log.list(
        {
          act,
          actorId,
          subject: about.length > 0 ? (Object.fromEntries(about) as Record<string, number>) : undefined,
          after: toDate(after),
          before: toDate(before),
          below: cursor,
          limit: limit + 1,
        },
        caller.scope,
      );
      const entries = rows.slice(0, limit).map(toEntry);
      const last = entries.at(-1);
      return { entries, ...(rows.length > limit && last ? { cursor: last.id } : {}) };
    },

    async verify(caller, { id, hash }) {
      requireAdministrator(caller);
      if ((id === undefined) !== (hash === undefined))
        throw new ChatError('invalid', 'send both id and hash of a row, or neither');
      const anchor = id !== undefined && hash !== undefined ? { id, hash } : undefined;
      const { broken, ...verdict } = await log.verify(anchor, caller.scope);
      return broken ? { ...verdict, broken } : verdict;
    },
  };
}

function toDate(time: string | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time);
}

function toEntry({ actorId, actorName, ...row }: AuditRow): AuditEntry {
  return {
    ...row,
    ...(actorId === null ? {} : { actorId }),
    ...(actorName === null ? {} : { actor: actorName }),
  };
}
