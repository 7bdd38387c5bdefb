/** A message's columns in SQL, and how such a row becomes the protocol's Message. History, events and search share them. */
import type { Message, MessageKind, Quote, Reaction } from '@banter/protocol';
import { mentionFields } from './mentions.ts';

/** The columns of a message, selected from `messages m`. A deleted text is null. */
export const MESSAGE_COLUMNS = `
  m.id, CASE WHEN m.deleted_at IS NULL THEN m.content END AS content, m.kind AS message_kind, m.reply_to,
  CASE WHEN m.reply_to IS NOT NULL THEN quote_of(m.room_id, m.reply_to) END AS quote, m.mentions, m.edited_at, m.deleted_at`;

/**
 * Joins the author `a` to `messages m`, one look-up per message: LIMIT 1 keeps it a subquery. A planner that knows
 * little of young tables would otherwise join all messages there are.
 */
export const MESSAGE_AUTHOR = `
    CROSS JOIN LATERAL (SELECT username FROM accounts WHERE id = m.account_id LIMIT 1) a`;

/**
 * The columns of a message with its reactions, selected from `messages m` and its author `accounts a`.
 * @param reader the parameter with the reader's account id: it decides which reactions are the reader's own.
 */
export function messageColumnsFor(reader: '$1' | '$2'): string {
  return `
    m.room_id, m.seq, m.at, m.account_id, a.username, ${MESSAGE_COLUMNS}, (
      SELECT json_agg(json_build_object('emoji', r.emoji, 'count', r.count, 'mine', r.mine) ORDER BY r.since, r.emoji)
      FROM (
        SELECT emoji, count(*) AS count, bool_or(account_id = ${reader}) AS mine, min(at) AS since FROM reactions
        WHERE reactions.room_id = m.room_id AND reactions.seq = m.seq GROUP BY emoji
      ) r
    ) AS reactions`;
}

/** A row with MESSAGE_COLUMNS, and with where, when and by whom the message was sent. */
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

/** A row with the columns of `messageColumnsFor`. */
export type ReactedMessageRow = MessageRow & {
  reactions: (Omit<Reaction, 'mine'> & { mine: boolean })[] | null;
};

/** Turns a row into a Message without reactions. A field without content is absent. */
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
    ...mentionFields(row.mentions),
    ...(row.edited_at === null ? {} : { editedAt: row.edited_at }),
    ...(row.deleted_at === null ? {} : { deletedAt: row.deleted_at }),
  };
}

/** Turns a row into a Message with its reactions. */
export function messageWithReactions(row: ReactedMessageRow): Message {
  const message = messageFromRow(row);
  if (row.reactions === null) return message;
  const reactions = row.reactions.map(({ mine, ...kind }) =>
    mine ? { ...kind, mine: true as const } : kind,
  );
  return { ...message, reactions };
}
