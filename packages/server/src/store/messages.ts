/** Messages as history serves them. They are written by the appender alone. */
import type { Message, MessageKind, Quote, Reaction } from '@banter/protocol';
import { toCalls } from './append-sql.ts';
import { type Database, type Scope, statements } from './database.ts';

export type Messages = {
  /** The newest `limit` messages below `before`, ascending. `userId` is who asks. */
  listBefore(
    roomId: number,
    userId: number,
    before: number,
    limit: number,
    scope?: Scope,
  ): Promise<Message[]>;
  /** The oldest `limit` messages above `after`, ascending. */
  listAfter(roomId: number, userId: number, after: number, limit: number, scope?: Scope): Promise<Message[]>;
  /** One message, a deleted one too; null where there is none. */
  find(roomId: number, userId: number, seq: number, scope?: Scope): Promise<Message | null>;
};

/** What a message is made of, from `messages m` and its author `accounts a`. */
export const MESSAGE_COLUMNS = `
  m.id, CASE WHEN m.deleted_at IS NULL THEN m.content END AS content, m.kind AS message_kind, m.reply_to,
  CASE WHEN m.reply_to IS NOT NULL THEN quote_of(m.room_id, m.reply_to) END AS quote, m.mentions, m.edited_at, m.deleted_at`;

/** A whole message, from the same, as the parameter `asker` sees it. */
export function messageAs(asker: '$1' | '$2'): string {
  return `
    m.room_id, m.seq, m.at, m.account_id, a.username, ${MESSAGE_COLUMNS}, (
      SELECT json_agg(json_build_object('emoji', r.emoji, 'count', r.count, 'mine', r.mine) ORDER BY r.since, r.emoji)
      FROM (
        SELECT emoji, count(*) AS count, bool_or(account_id = ${asker}) AS mine, min(at) AS since FROM reactions
        WHERE reactions.room_id = m.room_id AND reactions.seq = m.seq GROUP BY emoji
      ) r
    ) AS reactions`;
}

/** The author of `messages m`, looked up for each by itself: see EVENT_SQL. */
export const MESSAGE_AUTHOR = `
    CROSS JOIN LATERAL (SELECT username FROM accounts WHERE id = m.account_id LIMIT 1) a`;

/** Messages in an order, as $2 sees them. */
function select(range: string, order: string): string {
  return `
    SELECT ${messageAs('$2')}
    FROM (SELECT * FROM messages WHERE room_id = $1 AND ${range} ORDER BY ${order} LIMIT $4) m ${MESSAGE_AUTHOR}
    ORDER BY m.${order}`;
}

export const MESSAGE_SQL = statements('messages', {
  listBefore: select('seq < $3', 'seq DESC'),
  listAfter: select('seq > $3', 'seq'),
  find: select('seq = $3', 'seq'),
});

export function createMessages(database: Database): Messages {
  const { query } = database;
  return {
    async listBefore(roomId, userId, before, limit, scope) {
      const rows = await query<MessageRow>(MESSAGE_SQL.listBefore, [roomId, userId, before, limit], scope);
      return rows.map(withReactions).reverse();
    },
    async listAfter(roomId, userId, after, limit, scope) {
      const rows = await query<MessageRow>(MESSAGE_SQL.listAfter, [roomId, userId, after, limit], scope);
      return rows.map(withReactions);
    },
    async find(roomId, userId, seq, scope) {
      const [row] = await query<MessageRow>(MESSAGE_SQL.find, [roomId, userId, seq, 1], scope);
      return row ? withReactions(row) : null;
    },
  };
}

/** The columns that history and events share. */
export type MessageFacts = {
  room_id: number;
  seq: number;
  at: string;
  account_id: number;
  username: string;
  id: string;
  content: string | null;
  message_kind: MessageKind | null;
  reply_to: number | null;
  quote: Quote | null;
  mentions: number[] | null;
  edited_at: string | null;
  deleted_at: string | null;
};
/** With what `messageAs` adds. */
export type MessageRow = MessageFacts & { reactions: (Omit<Reaction, 'mine'> & { mine: boolean })[] | null };

/** A stored message as the wire has it; what is not there is absent. */
export function toMessage(row: MessageFacts): Message {
  return {
    roomId: row.room_id,
    seq: row.seq,
    userId: row.account_id,
    username: row.username,
    ...(row.content === null ? {} : { content: row.content }),
    at: row.at,
    id: row.id,
    ...(row.message_kind === null ? {} : { kind: row.message_kind }),
    ...(row.reply_to === null ? {} : { replyTo: row.reply_to }),
    ...(row.quote === null ? {} : { quote: row.quote }),
    ...toCalls(row.mentions),
    ...(row.edited_at === null ? {} : { editedAt: row.edited_at }),
    ...(row.deleted_at === null ? {} : { deletedAt: row.deleted_at }),
  };
}

/** As toMessage, with the reactions that stand on it. */
export function withReactions(row: MessageRow): Message {
  const message = toMessage(row);
  if (row.reactions === null) return message;
  const reactions = row.reactions.map(({ mine, ...kind }) =>
    mine ? { ...kind, mine: true as const } : kind,
  );
  return { ...message, reactions };
}
