/** How many messages of a room one has not read: what the server counted, and what came since. */
import { UNREAD_MAX } from '@banter/protocol';

/** A message of somebody else's. */
export type Unread = { seq: number; isMention: boolean };

/** `told` holds for messages up to `through`; those above it are listed. All of them lie above `mark`. */
export type UnreadCount = {
  mark: number;
  through: number;
  told: { unread: number; mentions: number };
  since: readonly Unread[];
};

/** As the server told it when the room's head was `through`; listed messages above that still count. */
export function toldUnread(
  told: { unread: number; mentions: number },
  through: number,
  earlier?: UnreadCount,
): UnreadCount {
  const since = earlier?.since.filter((each) => each.seq > through) ?? [];
  const mark = earlier?.mark ?? 0;
  // The server may not have heard of our mark when it counted.
  return { mark, through, told: mark >= through ? NONE : told, since };
}

/** With one more message, unless the server has counted it already or it is read. */
export function withMessage(count: UnreadCount, message: Unread): UnreadCount {
  if (message.seq <= count.through || message.seq <= count.mark) return count;
  return { ...count, since: [...count.since, message].slice(-UNREAD_MAX) };
}

/**
 * With everything up to `seq` read. `above` are others' messages above `seq` if they are all known; without them a mark
 * inside what the server counted leaves the count as it is, until the server counts anew.
 */
export function readUpTo(count: UnreadCount, seq: number, above: readonly Unread[] | null): UnreadCount {
  if (seq <= count.mark) return count;
  if (above) return { mark: seq, through: seq, told: NONE, since: above.slice(-UNREAD_MAX) };
  const since = count.since.filter((each) => each.seq > seq);
  return { ...count, mark: seq, since, told: seq >= count.through ? NONE : count.told };
}

/** The two figures, each at most UNREAD_MAX. */
export function totals({ told, since }: UnreadCount): { unread: number; mentions: number } {
  const mentions = since.filter((each) => each.isMention).length;
  return {
    unread: Math.min(UNREAD_MAX, told.unread + since.length),
    mentions: Math.min(UNREAD_MAX, told.mentions + mentions),
  };
}

const NONE = { unread: 0, mentions: 0 } as const;
