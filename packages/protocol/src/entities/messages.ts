/** Messages, and what else happens in a room. */
import type { NoticeEvent } from '../events.ts';

/** A message as history serves it; on the wire the same facts come as a `message` event. */
export type Message = {
  roomId: number;
  seq: number;
  userId: number;
  username: string;
  /** The text as it stands now; absent once it was deleted. */
  content?: string;
  at: string;
  /** The command id its author chose for it. */
  id: string;
  /** `me`: an action, shown as `ada waves`; absent for plain text. */
  kind?: MessageKind;
  /** The seq of the message that this one answers. */
  replyTo?: number;
  /** What that message says, while it has a text. */
  quote?: Quote;
  /** The ids of the members whom the text calls by name, in rising order. */
  mentions?: number[];
  /** The text calls everyone in the room. */
  mentionsRoom?: true;
  /** When it was last given another text. */
  editedAt?: string;
  /** When its text was taken away. */
  deletedAt?: string;
  /** In the order in which the kinds came up; only in history, events tell of each by itself. */
  reactions?: Reaction[];
};

export type MessageKind = 'me';

/** The first line of a message that another one answers, at most QUOTE_MAX_CHARS of it. */
export type Quote = { userId: number; username: string; line: string };

/** A kind of reaction to a message, and how many people put it there; `mine`: the caller is one of them. */
export type Reaction = { emoji: string; count: number; mine?: true };

/**
 * One page of history: ascending seq; `hasMore` says whether the asked direction goes on. `head` is the room's at the look:
 * the messages, their reactions counted, are as all events up to it have made them. Absent where there are no messages.
 * `notices`, only if asked for: what else happened in the part of the room that the page shows; of many the newest
 * NOTICES_MAX.
 */
export type MessagePage = { messages: Message[]; hasMore: boolean; head?: number; notices?: Notice[] };

/** An event that is neither a message nor about one: a join, a new topic … */
export type Notice = Flat<NoticeEvent>;

type Flat<T> = T extends unknown ? { [K in keyof T]: T[K] } : never;
