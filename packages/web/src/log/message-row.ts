/** Rows for messages, stored and pending. Pure. */
import type { MessageEntry, PendingEntry, SendAbout } from '@banter/client';
import type { Message, Reaction } from '@banter/protocol';
import { addresseeOf } from '../text/addressee.ts';
import { clockTime, momentText } from '../text/format.ts';
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
  return {
    ...newRow(key, message.content ?? '', message.at, message, context),
    seq: message.seq,
    userId: message.userId,
    username: message.username,
    isOwn: message.username === context.self,
    isMention: context.isMention(message),
    isAction: message.kind === 'me',
    isDeleted: message.deletedAt !== undefined,
    isEdited: message.editedAt !== undefined,
    reactions: message.reactions ?? NO_REACTIONS,
  };
}

/** The row of a message that is queued, on its way or failed. */
export function pendingRow(entry: PendingEntry, context: MessageContext): MessageRow {
  return {
    ...newRow(entry.key, entry.content, entry.at, entry, context),
    pendingId: entry.id,
    isAction: entry.messageKind === 'me',
    status: entry.status,
    reason: entry.wait
      ? waitText(entry.wait, entry.at)
      : entry.error
        ? `not sent: ${entry.error.message}`
        : '',
  };
}

function waitText({ reason, until }: NonNullable<PendingEntry['wait']>, at: string): string {
  return `waits until ${momentText(until, at)}: ${reason}`;
}

/** A row with the parts that stored and pending messages share. The other parts have their usual values. */
function newRow(
  key: string,
  content: string,
  at: string,
  { quote, replyTo = 0 }: Pick<SendAbout, 'quote' | 'replyTo'>,
  { self, known }: MessageContext,
): MessageRow {
  return {
    kind: 'message',
    key,
    pendingId: null,
    seq: 0,
    userId: 0,
    username: self,
    isOwn: true,
    content,
    at,
    groupAt: at,
    isContinued: false,
    isSameMinute: false,
    isMention: false,
    addressee: addresseeOf(content, known),
    isAction: false,
    isDeleted: false,
    isEdited: false,
    quote: quote ? quoteText(quote) : '',
    replyTo,
    reactions: NO_REACTIONS,
    status: 'stored',
    reason: '',
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
