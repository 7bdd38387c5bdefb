/** The rows of the log: messages, and lines of text between them. */
import type { Reaction } from '@banter/protocol';

/** A message, stored or not. */
export type MessageRow = {
  kind: 'message';
  key: string;
  /** The client's id of a message that is not stored yet, for retry and discard; null once it is. */
  pendingId: string | null;
  /** 0 until it is stored. */
  seq: number;
  userId: number;
  username: string;
  isOwn: boolean;
  content: string;
  /** When it was written, as an ISO time. */
  at: string;
  /** The time of the first message under the same nick. */
  groupAt: string;
  /** Hides the nick: the row above has the same author. */
  isContinued: boolean;
  /** Hides the time: the row above shows the same minute. */
  isSameMinute: boolean;
  /** Whether it mentions the reader. */
  isMention: boolean;
  /** The name at its start that it is addressed to; null for none. */
  addressee: string | null;
  /** Whether it was sent by `/me`. */
  isAction: boolean;
  isDeleted: boolean;
  isEdited: boolean;
  /** The quoted line of the message it replies to, with the author; empty for none. */
  quote: string;
  /** The seq of the message it replies to; 0 for none. */
  replyTo: number;
  reactions: readonly Reaction[];
  status: 'stored' | 'queued' | 'sent' | 'failed';
  /** Why sending failed, or has to wait for long; empty for any other message. */
  reason: string;
};

/** A row that is one line of text. */
export type LineRow = { kind: 'day' | 'unread' | 'notice' | 'hole'; key: string; text: string };

/** A row that only this page shows. `wrong` reports a failure. `at` is an ISO time. */
export type LocalRow = { kind: 'local' | 'wrong'; key: string; text: string; at: string };

/** One item of the log's list. */
export type Row = MessageRow | LineRow | LocalRow;

/** A line that only this page shows, such as a command's answer. */
export type LocalLine = {
  key: string;
  /** The entry that was the newest when the line was added. Null when there was none: then `at` decides the place. */
  afterKey: string | null;
  /** When it was added, as an ISO time. */
  at: string;
  text: string;
  isWrong: boolean;
};

/** Whether two rows look the same. */
export function isSameRow(first: Row, second: Row): boolean {
  const keys = Object.keys(first) as (keyof Row)[];
  return keys.every((key) => first[key] === second[key]);
}
