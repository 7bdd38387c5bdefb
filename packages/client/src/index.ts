export type { RefreshMode } from './api/sign-in-api.ts';
export { createClient } from './client.ts';
export { type Clock, systemClock } from './clock.ts';
export { NICK_COLORS, nickColor } from './log/nick-color.ts';
export type { ClientOptions } from './options.ts';
export type { KeyValueStorage } from './outbox/outbox-storage.ts';
export { mentionsUser } from './rooms/mentions.ts';
export { withNamesakes } from './rooms/namesakes.ts';
export type { Api } from './types/api.ts';
export type { Client, ClientChange } from './types/client.ts';
export type { ConnectionState } from './types/connection.ts';
export type {
  HoleEntry,
  LogEntry,
  MessageEntry,
  NoticeEntry,
  PendingEntry,
  SendAbout,
  Timeline,
  TimelinePatch,
} from './types/log.ts';
export type { PageQuery, SearchRequest } from './types/messages-api.ts';
export type { Person } from './types/people.ts';
export type { SocketConstructor, SocketLike } from './wire/link.ts';
