/** Messages as history returns them. Only the appender writes them. */
import { type Message, PAGE_MAX_BYTES } from '@banter/protocol';
import { type Database, type Scope, type Statement, statements } from './database/database.ts';
import {
  MESSAGE_AUTHOR,
  messageColumnsFor,
  messageWithReactions,
  type ReactedMessageRow,
} from './rows/messages.ts';

/**
 * Reads messages. `userId` is the reader: it decides which reactions are the reader's own. A list also ends where its texts
 * reach PAGE_MAX_BYTES, with the message that crosses the bound.
 */
export type MessageStore = {
  /** Returns up to `limit` of the newest messages below `before`, in ascending order. */
  listBefore(
    roomId: number,
    userId: number,
    before: number,
    limit: number,
    scope?: Scope,
  ): Promise<MessageSlice>;
  /** Returns up to `limit` of the oldest messages above `after`, in ascending order. */
  listAfter(
    roomId: number,
    userId: number,
    after: number,
    limit: number,
    scope?: Scope,
  ): Promise<MessageSlice>;
  /** Returns up to `limit` messages above `seq` and up to `limit` at or below it, in ascending order. */
  listAround(
    roomId: number,
    userId: number,
    seq: number,
    limit: number,
    scope?: Scope,
  ): Promise<MessageSlice>;
  /** Returns one message, even a deleted one; null if it does not exist. */
  find(roomId: number, userId: number, seq: number, scope?: Scope): Promise<Message | null>;
  /** Whether the author `userId` has stored a message with this id in the room. */
  isStored(roomId: number, userId: number, id: string, scope?: Scope): Promise<boolean>;
};

/**
 * Messages and the room's head from one snapshot: the messages include the effects of all events up to `head`. Without
 * messages there is no head.
 */
export type MessageSlice = { messages: Message[]; head?: number };

/** Selects messages as the reader $2 sees them, with the head of the room $1 from the same snapshot. */
function select(...ranges: string[]): string {
  return `
    SELECT ${messageColumnsFor('$2')}, (SELECT last_seq FROM rooms WHERE rooms.id = $1) AS head
    FROM (${ranges.join(' UNION ALL ')}) m ${MESSAGE_AUTHOR}
    ORDER BY m.seq`;
}

/**
 * Selects up to $4 messages on one side of the seq $3, or at it, the nearest first, until their texts have PAGE_MAX_BYTES. The
 * one that crosses the bound is the last. The length of a text is known without reading the text.
 */
function side(range: '<' | '<=' | '>' | '='): string {
  const order = range.startsWith('<') ? 'seq DESC' : 'seq';
  return `(
    SELECT * FROM (
      SELECT *, sum(size) OVER (ORDER BY ${order} ROWS UNBOUNDED PRECEDING) - size AS bytes_before FROM (
        SELECT *, coalesce(octet_length(content), 0) AS size FROM messages
        WHERE room_id = $1 AND seq ${range} $3 ORDER BY ${order} LIMIT $4
      ) near
    ) summed WHERE bytes_before < ${PAGE_MAX_BYTES})`;
}

/** The statements of messages. */
export const MESSAGE_SQL = statements('messages', {
  listBefore: select(side('<')),
  listAfter: select(side('>')),
  listAround: select(side('<='), side('>')),
  find: select(side('=')),
  isStored: 'SELECT FROM messages WHERE room_id = $1 AND account_id = $2 AND id = $3',
});

/** Creates the store of messages. */
export function createMessageStore(database: Database): MessageStore {
  const { query } = database;
  const list =
    (statement: Statement): MessageStore['listBefore'] =>
    async (roomId, userId, seq, limit, scope) =>
      toSlice(await query<SliceRow>(statement, [roomId, userId, seq, limit], scope));
  return {
    listBefore: list(MESSAGE_SQL.listBefore),
    listAfter: list(MESSAGE_SQL.listAfter),
    listAround: list(MESSAGE_SQL.listAround),
    async find(roomId, userId, seq, scope) {
      const [row] = await query<ReactedMessageRow>(MESSAGE_SQL.find, [roomId, userId, seq, 1], scope);
      return row ? messageWithReactions(row) : null;
    },
    isStored: async (roomId, userId, id, scope) =>
      (await query(MESSAGE_SQL.isStored, [roomId, userId, id], scope)).length > 0,
  };
}

type SliceRow = ReactedMessageRow & { head: number };

function toSlice(rows: readonly SliceRow[]): MessageSlice {
  const messages = rows.map(messageWithReactions);
  return rows[0] ? { messages, head: rows[0].head } : { messages };
}
