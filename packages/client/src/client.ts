/** The client: what a user interface sees of all the parts. */
import { ChatError, type User } from '@banter/protocol';
import type { RefreshMode } from './api/api.ts';
import type { Clock } from './clock.ts';
import type { KeyValueStorage } from './outbox/outbox-storage.ts';
import { createParts } from './parts/parts.ts';
import type { Client } from './types/client.ts';
import type { SocketConstructor } from './wire/link.ts';

export type ClientOptions = {
  /** Where the server is, such as `http://127.0.0.1:8080`. */
  baseUrl: string;
  /** @default globalThis.WebSocket; on a Node without one, the `ws` package's. */
  WebSocket?: SocketConstructor;
  /** @default globalThis.fetch */
  fetch?: typeof globalThis.fetch;
  /** Where unsent messages survive a reload, such as `localStorage`. @default null: they do not. */
  storage?: KeyValueStorage | null;
  /** @default the machine's monotonic clock and timers */
  clock?: Clock;
  /** The wall clock in ISO 8601, shown beside unsent messages. @default the machine's */
  timestamp?: () => string;
  /** A number from 0 to below 1, for backoff. @default Math.random */
  random?: () => number;
  /** Makes ids of commands. @default 128 random bits */
  newId?: () => string;
  /** Whether the refresh token lives in a cookie (a browser) or in bodies (Node). @default 'cookie' */
  refresh?: RefreshMode;
};

/**
 * A client of one server. Nothing is sent before the first call of register, login, restore or start.
 * @throws TypeError when `baseUrl` is no URL or there is no WebSocket to use.
 */
export function createClient(options: ClientOptions): Client {
  const parts = createParts(options);
  const { session, api, auth, connection, rooms, following, outbox, logs, people, ignoring, typing } = parts;

  async function signIn(grant: ReturnType<typeof auth.login>): Promise<User> {
    const granted = await grant;
    session.adopt(granted);
    connection.revive();
    return granted.user;
  }

  return {
    api,
    get user() {
      return session.user;
    },
    get connection() {
      return connection.state;
    },
    get rooms() {
      return rooms.list;
    },
    get ignored() {
      return ignoring.ids;
    },
    get queuedCount() {
      return outbox.queuedCount;
    },
    get latencyMs() {
      return parts.latency.ms;
    },
    register: (input) => signIn(auth.register(input)),
    login: (input) => signIn(auth.login(input)),
    async restore() {
      await session.renew().catch((error: unknown) => {
        if (!isUnauthenticated(error)) throw error;
      });
      if (session.user) connection.revive();
      return session.user;
    },
    async logout() {
      // A session that is over needs no end, and its server may be out of reach.
      if (connection.state.name !== 'ended') {
        await api.logout().catch((error: unknown) => {
          if (!isUnauthenticated(error)) throw error;
        });
      }
      connection.stop();
      session.clear();
      parts.identity.forget();
    },
    start: connection.start,
    stop: connection.stop,
    retryNow: connection.retryNow,
    setOnline: connection.setOnline,
    async createRoom(input) {
      const room = await api.createRoom(input);
      following.follow(room);
      return room;
    },
    async openDirect(input) {
      const room = await api.openDirect(input);
      following.follow(room);
      return room;
    },
    async joinRoom(roomId) {
      const room = await api.joinRoom(roomId);
      following.follow(room);
      return room;
    },
    async acceptInvitation(code) {
      const { room } = await api.acceptInvitation(code);
      if (room) following.follow(room);
      return room ?? null;
    },
    async leaveRoom(roomId) {
      await api.leaveRoom(roomId);
      following.unfollow(roomId);
    },
    timeline: (roomId) => ignoring.view(logs.of(roomId).view),
    people: (roomId) => (rooms.has(roomId) ? people.of(roomId) : []),
    typing: typing.of,
    send(roomId, content, about) {
      if (!session.user) throw new ChatError('unauthenticated');
      const entry = outbox.add(roomId, content, about);
      typing.sent(roomId);
      return entry;
    },
    retry: outbox.retry,
    discard: outbox.discard,
    markRead(roomId, seq) {
      if (rooms.read(roomId, seq)) parts.marks.set(roomId, seq);
    },
    sendTyping: typing.say,
    onChange: parts.changes.listen,
  };
}

function isUnauthenticated(error: unknown): boolean {
  return error instanceof ChatError && error.code === 'unauthenticated';
}
