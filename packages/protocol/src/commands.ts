/** The commands that a client sends on `/v1/socket`, by `op`. */
import type { MessageKind } from './entities/entities.ts';

/**
 * A room to subscribe to. With `after`, its events above that seq come first, then live events [R1]. Without it the
 * subscription is live at once. `epoch` is the one that `welcome` named when the client read that seq.
 */
export type RoomCursor = { roomId: number; after?: number; epoch?: string };

/** The first command: signs in, and subscribes to rooms. Without `rooms` it subscribes to all rooms of the person. */
export type Hello = { op: 'hello'; token: string; rooms?: RoomCursor[] };
/** Sends a message. `id` is also the idempotency key. */
export type Send = {
  op: 'send';
  id: string;
  roomId: number;
  content: string;
  replyTo?: number;
  kind?: MessageKind;
};
/** Replaces the text of the caller's own message. */
export type Edit = { op: 'edit'; id: string; roomId: number; seq: number; content: string };
/** Deletes the text of a message. */
export type Delete = { op: 'delete'; id: string; roomId: number; seq: number };
/** Adds a reaction to a message, or removes it. */
export type React = { op: 'react'; id: string; roomId: number; seq: number; emoji: string; on: boolean };
/** Subscribes this connection to a room. */
export type Subscribe = { op: 'subscribe'; id: string } & RoomCursor;
/** Ends this connection's subscription to a room. */
export type Unsubscribe = { op: 'unsubscribe'; id: string; roomId: number };
/** Moves the caller's read mark of a room forward to `seq`. */
export type Read = { op: 'read'; roomId: number; seq: number };
/** Tells the room's other members that the caller is typing. */
export type Typing = { op: 'typing'; roomId: number };
/** Marks the caller as away, or as back. */
export type AwayCommand = { op: 'away'; id: string; on: boolean; message?: string };
/** Extends the connection with a newer access token of the same session. */
export type Auth = { op: 'auth'; id: string; token: string };
/** Answers a `ping` with its `t`. */
export type Pong = { op: 'pong'; t: number };

/** Any command. */
export type Command =
  | Hello
  | Send
  | Edit
  | Delete
  | React
  | Subscribe
  | Unsubscribe
  | Read
  | Typing
  | AwayCommand
  | Auth
  | Pong;

/** The name of a command. */
export type Op = Command['op'];

/** The command with this op. */
export type CommandOf<K extends Op> = Extract<Command, { op: K }>;
