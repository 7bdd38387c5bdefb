/** Messages, their quotes and their reactions. */

/** A message, as history returns it. On a socket a `message` event has the same fields. */
export type Message = {
  roomId: number;
  seq: number;
  userId: number;
  username: string;
  /** The current text. Absent for a deleted message. */
  content?: string;
  at: string;
  /** The command id that its author chose. */
  id: string;
  /** `me`: an action, shown as `ada waves`. Absent for plain text. */
  kind?: MessageKind;
  /** The seq of the message that this one replies to. */
  replyTo?: number;
  /** The beginning of that message. Absent if it was deleted. */
  quote?: Quote;
  /** The ids of the members whom the text mentions, ascending. */
  mentions?: number[];
  /** The text mentions everyone in the room. */
  mentionsRoom?: true;
  /** When the author last edited it. */
  editedAt?: string;
  /** When it was deleted. */
  deletedAt?: string;
  /** In the order of their first use. Only history has them; `react` events report each change. */
  reactions?: Reaction[];
};

/** How a message is shown, if not as plain text. */
export type MessageKind = 'me';

/** One line of the message that another one replies to, as quoteLine gives it [M3]. */
export type Quote = { userId: number; username: string; line: string };

/** One emoji among a message's reactions. `count`: how many people reacted with it. `mine`: the caller is one of them. */
export type Reaction = { emoji: string; count: number; mine?: true };
