/** What a client may say on `/v1/socket`, by `op`. */

/** One room to follow: without `after` live from now, else everything above that seq first [R1]. */
export type RoomCursor = { roomId: number; after?: number; epoch?: string };

export type Hello = { op: 'hello'; token: string; rooms?: RoomCursor[] };
export type Send = { op: 'send'; id: string; roomId: number; content: string; replyTo?: number };
export type Subscribe = { op: 'subscribe'; id: string } & RoomCursor;
export type Unsubscribe = { op: 'unsubscribe'; id: string; roomId: number };
export type Read = { op: 'read'; roomId: number; seq: number };
export type Typing = { op: 'typing'; roomId: number };
export type Auth = { op: 'auth'; id: string; token: string };
export type Pong = { op: 'pong'; t: number };

export type Command = Hello | Send | Subscribe | Unsubscribe | Read | Typing | Auth | Pong;

export type Op = Command['op'];

/** The command of one op. */
export type CommandOf<K extends Op> = Extract<Command, { op: K }>;
