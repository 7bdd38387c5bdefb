/** The options of a client, and their defaults. */
import type { RefreshMode } from './api/sign-in-api.ts';
import { type Clock, systemClock } from './clock.ts';
import { createCommandId } from './command-id.ts';
import type { KeyValueStorage } from './outbox/outbox-storage.ts';
import type { SocketConstructor } from './wire/link.ts';

/** The options of createClient. */
export type ClientOptions = {
  /** The server's URL, such as `http://127.0.0.1:8080`. */
  baseUrl: string;
  /** The WebSocket class. @default globalThis.WebSocket; a Node without one needs that of the package `ws` */
  WebSocket?: SocketConstructor;
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch;
  /** Keeps unsent messages through a reload, such as `localStorage`. @default null: they are lost */
  storage?: KeyValueStorage | null;
  /** @default the machine's monotonic clock and timers */
  clock?: Clock;
  /** Returns the wall clock in ISO 8601, shown beside unsent messages. @default the machine's */
  timestamp?: () => string;
  /** Returns a number from 0 to below 1, for backoff. @default Math.random */
  random?: () => number;
  /** Makes the id of a command. @default 128 random bits */
  newId?: () => string;
  /** The place of the refresh token: a cookie (in a browser) or bodies (in Node). @default 'cookie' */
  refresh?: RefreshMode;
};

/** The options with their defaults filled in. */
export type Settings = Required<ClientOptions>;

/** Fills in the defaults. @throws TypeError when there is no WebSocket */
export function settingsOf(options: ClientOptions): Settings {
  const Socket = options.WebSocket ?? globalThis.WebSocket;
  if (!Socket) {
    throw new TypeError('No WebSocket found: pass one to createClient, for example that of the package ws');
  }
  return {
    baseUrl: options.baseUrl,
    WebSocket: Socket,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    storage: options.storage ?? null,
    clock: options.clock ?? systemClock,
    timestamp: options.timestamp ?? (() => new Date().toISOString()),
    random: options.random ?? Math.random,
    newId: options.newId ?? createCommandId,
    refresh: options.refresh ?? 'cookie',
  };
}
