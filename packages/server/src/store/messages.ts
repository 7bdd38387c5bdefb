/** Messages as history serves them. They are written by the appender alone. */
import type { Message, MessageKind, Quote, Reaction } from '@banter/protocol';
import { toCalls } from './append/append-sql.ts';
import { type Database, type Scope, type Statement, statements } from './database/database.ts';

export type MessageStore = {
  /** The newest `limit` messages below `before`, ascending. `userId` is who asks. */
  listBefore(
    roomId: number,
    userId: number,
    before: number,
    limit: number,
    scope?: Scope,
  ): Promise<MessageSlice>;
  /** The oldest `limit` messages above `after`, ascending. */
  listAfter(
    roomId: number,
    userId: number,
    after: number,
    limit: number,
    scope?: Scope,
  ): Promise<MessageSlice>;
  /** Up to `limit` messages on each side of `seq`, ascending; its own counts as an older one. */
  listAround(
    roomId: number,
    userId: number,
    seq: number,
    limit: number,
    scope?: Scope,
  ): Promise<MessageSlice>;
  /** One message, a deleted one too; null where there is none. */
  find(roomId: number, userId: number, seq: number, scope?: Scope): Promise<Message | null>;
};

/** Messages of one look, and the room's head at it: they are as all events up to there have made them. Absent for none. */
export type MessageSlice = { messages: Message[]; head?: number };

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

/** Messages, as $2 sees them, with the room's head in the same snapshot. */
function select(...ranges: string[]): string {
  return `
    SELECT ${messageAs('$2')}, (SELECT last_seq FROM rooms WHERE rooms.id = $1) AS head
    FROM (${ranges.join(' UNION ALL ')}) m ${MESSAGE_AUTHOR}
    ORDER BY m.seq`;
}

/** Up to $4 messages on one side of $3, or at it. */
function side(range: '<' | '<=' | '>' | '='): string {
  const order = range.startsWith('<') ? 'seq DESC' : 'seq';
  return `(SELECT * FROM messages WHERE room_id = $1 AND seq ${range} $3 ORDER BY ${order} LIMIT $4)`;
}

export const MESSAGE_SQL = statements('messages', {
  listBefore: select(side('<')),
  listAfter: select(side('>')),
  listAround: select(side('<='), side('>')),
  find: select(side('=')),
});

export function createMessageStore(database: Database): MessageStore {
  const { query } = database;
  const list =
    (statement: Statement): MessageStore['listBefore'] =>
    async (roomId, userId, seq, limit, scope) =>
      toSlice(await query<PageRow>(statement, [roomId, userId, seq, limit], scope));
  return {
    listBefore: list(MESSAGE_SQL.listBefore),
    listAfter: list(MESSAGE_SQL.listAfter),
    listAround: list(MESSAGE_SQL.listAround),
    async find(roomId, userId, seq, scope) {
      const [row] = await query<ReactedMessageRow>(MESSAGE_SQL.find, [roomId, userId, seq, 1], scope);
      return row ? messageWithReactions(row) : null;
    },
  };
}

function toSlice(rows: readonly PageRow[]): MessageSlice {
  const messages = rows.map(messageWithReactions);
  return rows[0] ? { messages, head: rows[0].head } : { messages };
}

type PageRow = ReactedMessageRow & { head: number };

/** The columns that history and events share. */
export type MessageRow = {
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
export type ReactedMessageRow = MessageRow & {
  reactions: (Omit<Reaction, 'mine'> & { mine: boolean })[] | null;
};

/** A stored message as the wire has it; what is not there is absent. */
export function messageFromRow(row: MessageRow): Message {
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
export function messageWithReactions(row: ReactedMessageRow): Message {
  const message = messageFromRow(row);
  if (row.reactions === null) return message;
  const reactions = row.reactions.map(({ mine, ...kind }) =>
    mine ? { ...kind, mine: true as const } : kind,
  );
  return { ...message, reactions };
}
