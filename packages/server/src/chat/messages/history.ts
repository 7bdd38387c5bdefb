/** Pages of a room's history. */
import { type MessagePage, NOTICES_MAX_BYTES, type Notice, PAGE_DEFAULT } from '@banter/protocol';
import type { MessageStore } from '../../store/messages.ts';
import type { Caller } from '../caller.ts';
import { countFitting, LIST_MAX_BYTES } from './page-bytes.ts';

/**
 * Which page to read: the newest messages, those below `before` or above `after`, or those on both sides of `around`.
 */
export type HistoryQuery = {
  before?: number;
  after?: number;
  around?: number;
  /** PAGE_DEFAULT by default. */
  limit?: number;
  /** `notices`: adds the other events of the page's seq range. */
  include?: 'notices';
};

type Store = Pick<MessageStore, 'listBefore' | 'listAfter' | 'listAround'>;

/**
 * Reads a page, ascending. It ends at `limit` messages or at a number of bytes, whichever comes first [L11].
 * `hasMore`: there are more in the direction of the query; for `around`, more older ones.
 */
export async function readHistory(
  messages: Store,
  caller: Caller,
  roomId: number,
  query: HistoryQuery,
): Promise<MessagePage> {
  const { before, after, around, limit = PAGE_DEFAULT, include } = query;
  const maxBytes = include === undefined ? LIST_MAX_BYTES : LIST_MAX_BYTES - NOTICES_MAX_BYTES;
  if (around !== undefined) return readAround(messages, caller, roomId, around, { limit, maxBytes });
  const { user, scope } = caller;
  if (after === undefined) {
    const below = before ?? Number.MAX_SAFE_INTEGER;
    const found = await messages.listBefore(roomId, user.id, below, limit + 1, scope);
    const newest = found.messages.slice(-limit).reverse();
    const page = newest.slice(0, countFitting(newest, maxBytes)).reverse();
    return { ...found, messages: page, hasMore: found.messages.length > page.length };
  }
  const found = await messages.listAfter(roomId, user.id, after, limit + 1, scope);
  const oldest = found.messages.slice(0, limit);
  const page = oldest.slice(0, countFitting(oldest, maxBytes));
  return { ...found, messages: page, hasMore: found.messages.length > page.length };
}

/** Returns the newest of the notices, as many as may go with a page. */
export function fitNotices(notices: readonly Notice[]): Notice[] {
  const newest = notices.toReversed();
  return newest.slice(0, countFitting(newest, NOTICES_MAX_BYTES)).reverse();
}

/** The seq range that a page covers, first and last. Neighbouring pages start where it ends. */
export function rangeOf(
  { messages, hasMore }: MessagePage,
  { before, after, around }: HistoryQuery,
): [first: number, last: number] {
  const first = hasMore ? (messages[0]?.seq ?? 1) : 1;
  const last = messages.at(-1)?.seq ?? Number.MAX_SAFE_INTEGER;
  if (after !== undefined) return [after + 1, hasMore ? last : Number.MAX_SAFE_INTEGER];
  return [first, around === undefined ? (before ?? Number.MAX_SAFE_INTEGER) - 1 : last];
}

/** The message at `seq` counts as an older one, and is always in the page. */
async function readAround(
  messages: Store,
  { user, scope }: Caller,
  roomId: number,
  seq: number,
  { limit, maxBytes }: { limit: number; maxBytes: number },
): Promise<MessagePage> {
  const found = await messages.listAround(roomId, user.id, seq, limit + 1, scope);
  const firstNewer = found.messages.findIndex((message) => message.seq > seq);
  const older = found.messages.slice(0, firstNewer < 0 ? undefined : firstNewer).reverse();
  const newer = found.messages.slice(older.length);
  const nearest = inTurns(older, newer).slice(0, limit);
  const page = nearest.slice(0, countFitting(nearest, maxBytes)).sort((a, b) => a.seq - b.seq);
  const olderCount = page.filter((message) => message.seq <= seq).length;
  return { ...found, messages: page, hasMore: older.length > olderCount };
}

/** Joins two lists, one item from each in turn; the longer one ends the result. */
function inTurns<T>(first: readonly T[], second: readonly T[]): T[] {
  const longest = Math.max(first.length, second.length);
  return Array.from({ length: longest }, (_, i) => [
    ...first.slice(i, i + 1),
    ...second.slice(i, i + 1),
  ]).flat();
}
