/** A room's log as a user interface sees it: rows, and patches that change them. */
import type { ChatError, Message, MessageKind, NoticeEvent, Quote } from '@banter/protocol';

/** One row of a room's log. Confirmed rows are in seq order; the caller's pending rows follow in the order sent. A failed
 * one stays where it failed, and later rows follow it. */
export type LogEntry = MessageEntry | NoticeEntry | PendingEntry | HoleEntry;

/** A stored message. */
export type MessageEntry = { kind: 'message'; key: string; message: Message };

/** An event with a row of its own. */
export type NoticeEntry = { kind: 'notice'; key: string; event: NoticeEvent };

/** A message that is not stored yet. It keeps its `key` when it is stored, so its row changes in place. */
export type PendingEntry = {
  kind: 'pending';
  key: string;
  /** The id of the send, which is also its idempotency key. */
  id: string;
  content: string;
  /** The caller's wall clock in ISO 8601. */
  at: string;
  status: 'queued' | 'sent' | 'failed';
  /** The reason of a failure; present only with `failed`. */
  error?: ChatError;
  /** Why a queued message has to wait for long, and the moment when it is sent again in ISO 8601. */
  wait?: { reason: string; until: string };
  /** The seq that a failed row stays behind. Absent while the message can still be sent, or nothing is loaded. */
  afterSeq?: number;
} & SendAbout;

/** The properties of a message besides its text. `quote` is shown until the server's own arrives. */
export type SendAbout = { messageKind?: MessageKind; replyTo?: number; quote?: Quote };

/** A gap: the events above `after` and below `before` are not loaded. */
export type HoleEntry = { kind: 'hole'; key: string; after: number; before: number };

/** A change of a timeline. `all` asks for a full redraw; the others change or move single rows. */
export type TimelinePatch =
  | { type: 'all' }
  | { type: 'append'; entries: LogEntry[] }
  | { type: 'prepend'; entries: LogEntry[] }
  /** The row with that key becomes `entry`, in the same place. */
  | { type: 'replace'; key: string; entry: LogEntry }
  | { type: 'remove'; key: string };

/** The loaded part of a room's log. */
export type Timeline = {
  readonly roomId: number;
  readonly entries: readonly LogEntry[];
  /** Whether older messages can be loaded. */
  readonly hasOlder: boolean;
  readonly isLoading: boolean;
  /** Loads the newest page unless it is loaded. */
  load(): Promise<void>;
  /** Loads one more page before the oldest row. Concurrent calls share one request. */
  loadOlder(): Promise<void>;
  /** Loads the messages around `seq` unless they are loaded. A hole row marks the gap up to the newest part. */
  loadAround(seq: number): Promise<void>;
  /** Loads one more page into the hole, if there is one. */
  fillHole(): Promise<void>;
  /** Adds a listener and returns a function that removes it. */
  onPatch(listener: (patch: TimelinePatch) => void): () => void;
};
