/** Types that the files of the WebSocket door share. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Caller, Peer } from '../chat/caller.ts';
import type { Chat } from '../chat/chat.ts';
import type { SendOrder } from '../chat/messages/messages.ts';
import type { FollowingDeps } from '../doors/following.ts';
import type { SocketSlot } from '../doors/socket-counts.ts';
import type { WatchedLink } from '../doors/watch.ts';
import type { Connection } from '../hub/connection.ts';
import type { CommandTurns } from './command-turns.ts';
import type { SendWindow } from './send-window.ts';

/** The parts that every socket uses. */
export type SocketContext = FollowingDeps & {
  chat: Pick<Chat, 'lastUse' | 'limits' | 'memberships' | 'messages' | 'presence' | 'typing'>;
  turns: CommandTurns;
};

/** An upgrade request that passed the door's first checks. */
export type UpgradeRequest = {
  request: IncomingMessage;
  socket: Duplex;
  url: URL;
  peer: Peer;
  slot: SocketSlot;
};

/** A socket after hello. */
export type GreetedSocket = {
  readonly caller: Caller;
  readonly connection: Connection;
  readonly window: SendWindow;
  readonly watched: WatchedLink;
  /** The order of its sends; null before the first. */
  order: SendOrder | null;
};
