/** Rows for messages, stored and pending. Pure. */
import type { MessageEntry, PendingEntry } from '@banter/client';
import type { Message, Reaction } from '@banter/protocol';
import { addresseeOf } from '../text/addressee.ts';
import { clockTime } from '../text/format.ts';
import { quoteText } from '../text/quote.ts';
import type { MessageRow, Row } from './row.ts';

/** Messages of one author share a nick for this long after the first of them. */
const GROUP_MS = 5 * 60_000;

/** One array for all rows without reactions, so that such rows are equal. */
const NO_REACTIONS: readonly Reaction[] = [];

/** The reader, and the people of the room. */
export type MessageContext = {
  /** The reader's username. */
  self: string;
  /** Whether a message mentions the reader. */
  isMention(message: Message): boolean;
  /** Lower-case usernames that a message can be addressed to. */
  known: ReadonlySet<string>;
};

/** The row of a stored message. */
export function storedRow({ key, message }: MessageEntry, context: MessageContext): MessageRow {
  const isOwn = message.username === context.self;
  return {
    kind: 'message',
    key,
    pendingId: null,
    seq: message.seq,
    userId: message.userId,
    username: message.username,
    isOwn,
    content: message.content ?? '',
    at: message.at,
    groupAt: message.at,
    isContinued: false,
    isSameMinute: false,
    isMention: context.isMention(message),
    addressee: addresseeOf(message.content ?? '', context.known),
    isAction: message.kind === 'me',
    isDeleted: message.deletedAt !== undefined,
    isEdited: message.editedAt !== undefined,
    quote: message.quote ? quoteText(message.quote) : '',
    replyTo: message.replyTo ?? 0,
    reactions: message.reactions ?? NO_REACTIONS,
    status: 'stored',
    reason: '',
  };
}

/** The row of a message that is queued, on its way or failed. */
export function pendingRow(entry: PendingEntry, context: MessageContext): MessageRow {
  return {
    kind: 'message',
    key: entry.key,
    pendingId: entry.id,
    seq: 0,
    userId: 0,
    username: context.self,
    isOwn: true,
    content: entry.content,
    at: entry.at,
    groupAt: entry.at,
    isContinued: false,
    isSameMinute: false,
    isMention: false,
    addressee: addresseeOf(entry.content, context.known),
    isAction: entry.messageKind === 'me',
    isDeleted: false,
    isEdited: false,
    quote: entry.quote ? quoteText(entry.quote) : '',
    replyTo: entry.replyTo ?? 0,
    reactions: NO_REACTIONS,
    status: entry.status,
    reason: entry.error?.message ?? '',
  };
}

/** Joins `row` to the group of the row above, when both have the same author and the group is recent. */
export function grouped(row: MessageRow, above: Row | undefined): MessageRow {
  if (above?.kind !== 'message' || above.username !== row.username) return row;
  // An action shows its author's name in its text.
  if (row.isAction || above.isAction) return row;
  // Measured from the first message of the group. Measured from the row above, a steady talker would be named only once.
  if (Date.parse(row.at) - Date.parse(above.groupAt) >= GROUP_MS) return row;
  const isSameMinute = clockTime(row.at) === clockTime(above.at);
  return { ...row, groupAt: above.groupAt, isContinued: true, isSameMinute };
}
