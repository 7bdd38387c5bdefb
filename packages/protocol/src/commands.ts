/** What a client may say on `/v1/socket`, by `op`. */
import type { MessageKind } from './entities/entities.ts';

/** One room to follow: without `after` live from now, else everything above that seq first [R1]. */
export type RoomCursor = { roomId: number; after?: number; epoch?: string };

export type Hello = { op: 'hello'; token: string; rooms?: RoomCursor[] };
export type Send = {
  op: 'send';
  id: string;
  roomId: number;
  content: string;
  replyTo?: number;
  kind?: MessageKind;
};
export type Edit = { op: 'edit'; id: string; roomId: number; seq: number; content: string };
export type Delete = { op: 'delete'; id: string; roomId: number; seq: number };
export type React = { op: 'react'; id: string; roomId: number; seq: number; emoji: string; on: boolean };
export type Subscribe = { op: 'subscribe'; id: string } & RoomCursor;
export type Unsubscribe = { op: 'unsubscribe'; id: string; roomId: number };
export type Read = { op: 'read'; roomId: number; seq: number };
export type Typing = { op: 'typing'; roomId: number };
/** Away by one's own word, or back. */
export type AwayCommand = { op: 'away'; id: string; on: boolean; message?: string };
export type Auth = { op: 'auth'; id: string; token: string };
export type Pong = { op: 'pong'; t: number };

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

export type Op = Command['op'];

/** The command of one op. */
export type CommandOf<K extends Op> = Extract<Command, { op: K }>;
