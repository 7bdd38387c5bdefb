/** Messages, their quotes and their reactions. */

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
