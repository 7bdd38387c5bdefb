/** Messages as history serves them. They are written by the appender alone. */
import type { Message } from '@banter/protocol';
import { type Database, type Scope, statements } from './database.ts';

export type Messages = {
  /** The newest `limit` messages below `before` (all: Infinity is not needed, pass MAX_SAFE_INTEGER), ascending. */
  listBefore(roomId: number, before: number, limit: number, scope?: Scope): Promise<Message[]>;
  /** The oldest `limit` messages above `after`, ascending. */
  listAfter(roomId: number, after: number, limit: number, scope?: Scope): Promise<Message[]>;
};

/** A page of messages in an order, with their authors' names, which are looked up one by one: see EVENT_SQL. */
function page(range: string, order: string): string {
  return `
    SELECT m.room_id, m.seq, m.account_id, a.username, m.content, m.at, m.id, m.reply_to
    FROM (SELECT * FROM messages WHERE room_id = $1 AND ${range} ORDER BY ${order} LIMIT $3) m
    CROSS JOIN LATERAL (SELECT username FROM accounts WHERE id = m.account_id LIMIT 1) a
    ORDER BY m.${order}`;
}

export const MESSAGE_SQL = statements('messages', {
  listBefore: page('seq < $2', 'seq DESC'),
  listAfter: page('seq > $2', 'seq'),
});

export function createMessages(database: Database): Messages {
  const { query } = database;
  return {
    async listBefore(roomId, before, limit, scope) {
      const rows = await query<MessageRow>(MESSAGE_SQL.listBefore, [roomId, before, limit], scope);
      return rows.map(toMessage).reverse();
    },
    async listAfter(roomId, after, limit, scope) {
      return (await query<MessageRow>(MESSAGE_SQL.listAfter, [roomId, after, limit], scope)).map(toMessage);
    },
  };
}

type MessageRow = {
  room_id: number;
  seq: number;
  account_id: number;
  username: string;
  content: string;
  at: string;
  id: string;
  reply_to: number | null;
};

function toMessage(row: MessageRow): Message {
  return {
    roomId: row.room_id,
    seq: row.seq,
    userId: row.account_id,
    username: row.username,
    content: row.content,
    at: row.at,
    id: row.id,
    ...(row.reply_to === null ? {} : { replyTo: row.reply_to }),
  };
}
