export type { RefreshMode } from './api/api.ts';
export { type ClientOptions, createClient } from './client.ts';
export { type Clock, systemClock } from './clock.ts';
export { NICK_COLORS, nickColor } from './log/nick-color.ts';
export type { KeyValueStorage } from './outbox/outbox-storage.ts';
export { callsUser } from './rooms/mentions.ts';
export type {
  Api,
  Client,
  ClientChange,
  ConnectionState,
  HoleEntry,
  LogEntry,
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
export type { SocketConstructor, SocketLike } from './wire/link.ts';
