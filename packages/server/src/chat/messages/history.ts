/** Pages of a room's history. */
import { type MessagePage, PAGE_DEFAULT } from '@banter/protocol';
import type { MessageStore } from '../../store/messages.ts';
import type { Caller } from '../caller.ts';

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

/** Reads a page, ascending. `hasMore`: there are more in the direction of the query; for `around`, more older ones. */
export async function readPage(
  messages: Store,
  caller: Caller,
  roomId: number,
  { before, after, around, limit = PAGE_DEFAULT }: HistoryQuery,
): Promise<MessagePage> {
  if (around !== undefined) return readAround(messages, caller, roomId, around, limit);
  const { user, scope } = caller;
  if (after === undefined) {
    const below = before ?? Number.MAX_SAFE_INTEGER;
    const found = await messages.listBefore(roomId, user.id, below, limit + 1, scope);
    return { ...found, messages: found.messages.slice(-limit), hasMore: found.messages.length > limit };
  }
  const found = await messages.listAfter(roomId, user.id, after, limit + 1, scope);
  return { ...found, messages: found.messages.slice(0, limit), hasMore: found.messages.length > limit };
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

/** The message at `seq` counts as an older one. */
async function readAround(
  messages: Store,
  { user, scope }: Caller,
  roomId: number,
  seq: number,
  limit: number,
): Promise<MessagePage> {
  const found = await messages.listAround(roomId, user.id, seq, limit + 1, scope);
  const firstNewer = found.messages.findIndex((message) => message.seq > seq);
  const older = found.messages.slice(0, firstNewer < 0 ? undefined : firstNewer);
  const newer = found.messages.slice(older.length, older.length + limit);
  // Half from each side, and more from one side if the other has fewer.
  const newerCount = Math.min(newer.length, Math.max(Math.floor(limit / 2), limit - older.length));
  const olderCount = Math.min(older.length, limit - newerCount);
  const page = [...older.slice(older.length - olderCount), ...newer.slice(0, newerCount)];
  return { ...found, messages: page, hasMore: older.length > olderCount };
}
