/** HTTP calls about messages: history, posting, edits, reactions and search. */
import type { Message, MessagePage, SearchOrder, SearchPage } from '@banter/protocol';

/** A page of history: the newest, or the one before, after or around a seq. `limit` counts messages. */
export type PageQuery = {
  before?: number;
  after?: number;
  around?: number;
  limit?: number;
  /** Adds the notices (joins, topics, …) in the range of the page. */
  include?: 'notices';
};

/** A search over the caller's rooms. */
export type SearchRequest = {
  /** The query as typed. `parseSearch` reports its errors before it is sent. */
  q: string;
  order?: SearchOrder;
  /** The number of hits in a page. */
  limit?: number;
  /** Continues the search of an earlier page; the other fields must be the same. */
  cursor?: string;
  /** The number of messages before and after each hit. Overrides `-C` in `q`. */
  context?: number;
  /** Restricts the search to one room. */
  roomId?: number;
  /** The time zone of the days in `q`: an IANA name or an offset such as `+02:00`. UTC by default. */
  tz?: string;
};

/** Calls about messages. */
export type MessageApi = {
  /** Returns a page of a room's history. */
  messages(roomId: number, page?: PageQuery): Promise<MessagePage>;
  /** Stores a message. `id` makes a retry idempotent; `replyTo` is the seq of another message. */
  postMessage(roomId: number, input: { content: string; id?: string; replyTo?: number }): Promise<Message>;
  /** Replaces the text of a message; only its author can. */
  editMessage(roomId: number, seq: number, content: string): Promise<Message>;
  /** Deletes a message. */
  deleteMessage(roomId: number, seq: number): Promise<void>;
  /** Adds the caller's reaction to a message, or removes it. */
  react(roomId: number, seq: number, emoji: string, on: boolean): Promise<Message>;
  /** Marks everything up to `seq` as read. */
  markRead(roomId: number, seq: number): Promise<void>;
  /** Searches messages. A page that searches on each keystroke aborts the previous call with `signal`. */
  search(search: SearchRequest, signal?: AbortSignal): Promise<SearchPage>;
};
