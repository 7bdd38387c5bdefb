/** The events of a room in seq order, for resumes, gaps and history. */
import {
  NOTICE_TYPES,
  type Notice,
  PERSONAL_TYPES,
  type Role,
  type RoomEvent,
  type RoomFact,
} from '@banter/protocol';
import { type Database, type Scope, statements } from './database/database.ts';
import { mentionFields } from './rows/mentions.ts';
import { MESSAGE_COLUMNS, type MessageRow, messageFromRow } from './rows/messages.ts';

/** Reads a room's events. */
export type EventStore = {
  /** Returns up to `limit` events above `after`, in seq order; fewer only at the head. */
  listAfter(roomId: number, after: number, limit: number, scope?: Scope): Promise<RoomEvent[]>;
  /**
   * Returns the events from `first` to `last` that are neither messages nor changes of one, in seq order: when there are more
   * than `limit`, the newest ones.
   */
  listNotices(roomId: number, first: number, last: number, limit: number, scope?: Scope): Promise<Notice[]>;
};

const NOTICES = sqlList(NOTICE_TYPES);
/** The kinds whose target is an account. */
const PERSONAL = sqlList(PERSONAL_TYPES);

/**
 * The statements of events. An edit is read with the text as it is now: earlier texts are gone, and so is a deleted one.
 * Each look-up is a subquery of its own, see MESSAGE_AUTHOR.
 */
export const EVENT_SQL = statements('events', {
  listAfter: select('seq > $2', 'seq LIMIT $3'),
  listNotices: select(`seq >= $2 AND seq <= $3 AND kind IN ${NOTICES}`, 'seq DESC LIMIT $4'),
});

function select(range: string, order: string): string {
  return `
    SELECT e.room_id, e.seq, e.kind, e.at, e.account_id, a.username, e.target, t.username AS target_username, e.detail,
           ${MESSAGE_COLUMNS}
    FROM (SELECT * FROM events WHERE room_id = $1 AND ${range} ORDER BY ${order}) e
    CROSS JOIN LATERAL (SELECT username FROM accounts WHERE id = e.account_id LIMIT 1) a
    LEFT JOIN LATERAL (
      SELECT * FROM messages WHERE e.kind IN ('message', 'edit') AND room_id = e.room_id
        AND seq = CASE e.kind WHEN 'edit' THEN e.target ELSE e.seq END LIMIT 1
    ) m ON true
    LEFT JOIN LATERAL (
      SELECT username FROM accounts WHERE e.kind IN ${PERSONAL} AND id = e.target LIMIT 1
    ) t ON true
    ORDER BY e.seq`;
}

function sqlList(kinds: readonly RoomEvent['type'][]): string {
  return `(${kinds.map((kind) => `'${kind}'`).join(', ')})`;
}

/** Creates the store of events. */
export function createEventStore(database: Database): EventStore {
  return {
    async listAfter(roomId, after, limit, scope) {
      return (await database.query<EventRow>(EVENT_SQL.listAfter, [roomId, after, limit], scope)).map(
        toEvent,
      );
    },
    async listNotices(roomId, first, last, limit, scope) {
      const values = [roomId, first, last, limit];
      return (await database.query<EventRow>(EVENT_SQL.listNotices, values, scope)).map(toEvent) as Notice[];
    },
  };
}

type EventRow = MessageRow & {
  kind: RoomEvent['type'];
  /** The id of the account that an act is about, or the seq of the message. */
  target: number;
  target_username: string;
  detail: string;
};

type Body<K extends RoomEvent['type']> = Omit<Extract<RoomEvent, { type: K }>, keyof RoomFact | 'type'>;

const NOTHING = () => ({});
const targetOf = (row: EventRow) => ({ target: row.target, targetUsername: row.target_username });

/** The fields of each kind of event besides those that all events have. */
const BODIES: { [K in RoomEvent['type']]: (row: EventRow) => Body<K> } = {
  message: messageFromRow,
  edit: (row) => ({
    target: row.target,
    ...(row.content === null ? {} : { content: row.content }),
    ...mentionFields(row.mentions),
  }),
  delete: ({ target }) => ({ target }),
  react: ({ target, detail }) => ({ target, emoji: detail.slice(1), on: detail.startsWith('+') }),
  join: NOTHING,
  leave: NOTHING,
  kick: (row) => ({ ...targetOf(row), ...(row.detail === null ? {} : { reason: row.detail }) }),
  ban: (row) => ({ ...targetOf(row), ...JSON.parse(row.detail) }),
  unban: targetOf,
  mute: (row) => ({ ...targetOf(row), ...(row.detail === null ? {} : { until: row.detail }) }),
  role: (row) => ({ ...targetOf(row), role: row.detail as Role }),
  slow: ({ detail }) => ({ seconds: Number(detail) }),
  topic: ({ detail }) => ({ topic: detail }),
  rename: ({ detail }) => ({ name: detail }),
  archive: NOTHING,
  restore: NOTHING,
};

function toEvent(row: EventRow): RoomEvent {
  const common: RoomFact = {
    roomId: row.room_id,
    seq: row.seq,
    at: row.at,
    userId: row.account_id,
    username: row.username,
  };
  return { type: row.kind, ...common, ...BODIES[row.kind](row) } as RoomEvent;
}
