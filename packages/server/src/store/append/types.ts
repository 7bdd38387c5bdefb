/** The input of the append, and its results. */
import type {
  EditEvent,
  Message,
  MessageEvent,
  MessageKind,
  Quote,
  RoomEvent,
  RoomFact,
} from '@banter/protocol';

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

/**
 * An act on a room that becomes an event, with the event's own fields. `actor` is the account that does it. The `target` of
 * an act on a person is their account.
 */
export type NewChange = { roomId: number; actor: Account } & (
  | ActOf<Exclude<RoomEvent, MessageEvent | EditEvent>>
  /** `target` is the seq of the message. `names` as in a new message. */
  | { type: 'edit'; target: number; content: string; names?: readonly string[] }
  /** A join of a person who was asked, or who returns to a direct room. Its event is a join. */
  | { type: 'accept' }
  /** A join with the invitation whose code has this SHA-256 hash. Its event is a join. */
  | { type: 'enter'; invitation: Buffer }
);

type ActOf<E extends RoomEvent> = E extends { targetUsername: string }
  ? Omit<E, keyof RoomFact | 'target' | 'targetUsername'> & { target: Account }
  : Omit<E, keyof RoomFact>;

/** The account that acts, or that an act is about. */
type Account = { id: number; username: string };

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
