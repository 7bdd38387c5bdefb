/** The input of the append, and its results. */
import type { Message, MessageKind, Quote, Role, RoomEvent } from '@banter/protocol';

/** A message to store. `id` is its idempotency key: every message has one [S2]. */
export type NewMessage = {
  roomId: number;
  userId: number;
  username: string;
  id: string;
  content: string;
  kind?: MessageKind;
  /** The seq of the message that this one answers. */
  replyTo?: number;
  /**
   * Names in the text that may mention someone, in lower case; `@room` for everyone. The store finds out under the
   * room's lock which of them are members.
   */
  names?: readonly string[];
};

/** An act on a room that becomes an event. `actor` is the account that does it. */
export type NewChange = { roomId: number; actor: { id: number; username: string } } & (
  | { type: 'join' }
  | { type: 'leave' }
  /** A join with the invitation whose code has this SHA-256 hash. Its event is a join. */
  | { type: 'enter'; invitation: Buffer }
  | { type: 'archive' }
  | { type: 'restore' }
  | { type: 'kick'; target: Target; reason?: string }
  | { type: 'unban'; target: Target }
  | { type: 'role'; target: Target; role: Role }
  /** `until` is ISO 8601 text; without it the ban has no end. */
  | { type: 'ban'; target: Target; until?: string; reason?: string }
  /** `until` is ISO 8601 text; without it the mute is lifted. */
  | { type: 'mute'; target: Target; until?: string }
  | { type: 'slow'; seconds: number }
  | { type: 'topic'; topic: string }
  | { type: 'rename'; name: string }
  /** In these three, `target` is the seq of the message. */
  | { type: 'edit'; target: number; content: string; names?: readonly string[] }
  | { type: 'delete'; target: number }
  | { type: 'react'; target: number; emoji: string; on: boolean }
);

/** The account that an act is about. */
export type Target = { id: number; username: string };

/** The values that the store gave a committed message. */
export type Committed = {
  seq: number;
  /** ISO 8601. */
  at: string;
  /** The ids of the accounts that the text mentions; 0 is the whole room. */
  mentions?: number[] | null;
  /** The message that this one answers. */
  quote?: Quote | null;
  /** Only for a repeat: the message as it is now, after edits or a deletion. */
  now?: Pick<Message, 'content' | 'editedAt' | 'deletedAt'> | null;
};

/** A committed message for its sender. `duplicate`: an earlier send with the same id had stored it. */
export type AppendResult = Committed & { duplicate: boolean };

/**
 * How an act ended: with its event, or with nothing to change. `isUncertain`: the answer to the first try was lost, and
 * the repeat found nothing to change. The first try may have stored the event, which then nobody published.
 */
export type ChangeResult = { changed: true; event: RoomEvent } | { changed: false; isUncertain?: true };
