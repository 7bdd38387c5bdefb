/** The unread count of a room: the server's count, plus the messages that came later. */
import { UNREAD_MAX } from '@banter/protocol';

/** A message by somebody else. */
export type UnreadMessage = { seq: number; isMention: boolean };

/** Unread messages and mentions, as numbers. */
export type UnreadTotals = { unread: number; mentions: number };

/** An unread count. All its messages are above `readUpTo`. */
export type UnreadCount = {
  /** The seq up to which everything is read. */
  readUpTo: number;
  /** The server's count, of messages up to `countedUpTo`. */
  counted: UnreadTotals;
  countedUpTo: number;
  /** Messages above `countedUpTo`, the newest UNREAD_MAX of them. */
  newer: readonly UnreadMessage[];
};

/** Returns the server's count, made when the room's head was `head`. Messages above it are kept from `earlier`. */
export function countFromServer(counted: UnreadTotals, head: number, earlier?: UnreadCount): UnreadCount {
  const newer = earlier?.newer.filter((message) => message.seq > head) ?? [];
  const readUpTo = earlier?.readUpTo ?? 0;
  // The server may have counted before it received the caller's read mark.
  return { readUpTo, counted: readUpTo >= head ? NONE : counted, countedUpTo: head, newer };
}

/** Adds a message, unless it is read or the server has counted it. */
export function addMessage(count: UnreadCount, message: UnreadMessage): UnreadCount {
  if (message.seq <= count.countedUpTo || message.seq <= count.readUpTo) return count;
  return { ...count, newer: [...count.newer, message].slice(-UNREAD_MAX) };
}

/** Records whether the message at `seq` mentions the caller after an edit or deletion. It stays unread [N1]. */
export function amendMention(count: UnreadCount, seq: number, isMention: boolean): UnreadCount {
  if (!count.newer.some((message) => message.seq === seq)) return count;
  return {
    ...count,
    newer: count.newer.map((message) => (message.seq === seq ? { seq, isMention } : message)),
  };
}

/**
 * Marks everything up to `seq` as read. `above` are the others' messages above `seq`, or null if they are not all loaded. A
 * mark inside the server's count then leaves that count unchanged, until the server counts again.
 */
export function readUpTo(
  count: UnreadCount,
  seq: number,
  above: readonly UnreadMessage[] | null,
): UnreadCount {
  if (seq <= count.readUpTo) return count;
  if (above) return { readUpTo: seq, counted: NONE, countedUpTo: seq, newer: above.slice(-UNREAD_MAX) };
  const newer = count.newer.filter((message) => message.seq > seq);
  return { ...count, readUpTo: seq, newer, counted: seq >= count.countedUpTo ? NONE : count.counted };
}

/** Returns both totals, each at most UNREAD_MAX. */
export function totalsOf({ counted, newer }: UnreadCount): UnreadTotals {
  const mentions = newer.filter((message) => message.isMention).length;
  return {
    unread: Math.min(UNREAD_MAX, counted.unread + newer.length),
    mentions: Math.min(UNREAD_MAX, counted.mentions + mentions),
  };
}

const NONE: UnreadTotals = { unread: 0, mentions: 0 };
