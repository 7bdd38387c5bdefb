export type { RefreshMode } from './api.ts';
export { type ClientOptions, createClient } from './client.ts';
export { type Clock, systemClock } from './clock.ts';
export type { SocketConstructor, SocketLike } from './line.ts';
export { callsUser } from './mentions.ts';
export { NICK_COLORS, nickColor } from './nick-color.ts';
export type { KeyValueStorage } from './outbox-storage.ts';
export type {
  Api,
  Client,
  ClientChange,
  ConnectionState,
  Entry,
  HoleEntry,
  MessageEntry,
  NoticeEntry,
  PageQuery,
  PendingEntry,
  Person,
  SearchRequest,
  SendAbout,
  Timeline,
  TimelinePatch,
} from './types.ts';
