/** The client: makes the parts, joins them, and shows them as one thing. */
import { ChatError, type Command, type Message, type Ok, type User } from '@banter/protocol';
import { createApi, createAuthApi, type RefreshMode } from './api.ts';
import { createChanges } from './changes.ts';
import { type Clock, systemClock } from './clock.ts';
import { createCommandId } from './command-id.ts';
import { createConnection } from './connection.ts';
import { createCursors } from './cursors.ts';
import { createFeed } from './feed.ts';
import { createFollowing } from './following.ts';
import { createGreeter } from './greeter.ts';
import { createCall } from './http.ts';
import { createIdentity } from './identity.ts';
import { createLatency } from './latency.ts';
import { createDial, type SocketConstructor } from './line.ts';
import { createLogs } from './logs.ts';
import { createOutbox } from './outbox.ts';
import type { KeyValueStorage } from './outbox-storage.ts';
import { createPeople } from './people.ts';
import { createReadMarks } from './read-marks.ts';
import { createRenewal } from './renewal.ts';
import { createRooms } from './rooms.ts';
import { createTokenSession } from './session.ts';
import type { Client, PendingEntry } from './types.ts';
import { createTyping } from './typing.ts';

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
  const { session, api, auth, connection, rooms, following, outbox, logs, people, typing } = parts;

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
    async joinRoom(roomId) {
      const room = await api.joinRoom(roomId);
      following.follow(room);
      return room;
    },
    async leaveRoom(roomId) {
      await api.leaveRoom(roomId);
      following.unfollow(roomId);
    },
    timeline: (roomId) => logs.of(roomId).view,
    people: (roomId) => (rooms.has(roomId) ? people.of(roomId) : []),
    typing: typing.of,
    send: outbox.add,
    retry: outbox.retry,
    discard: outbox.discard,
    markRead(roomId, seq) {
      if (rooms.read(roomId, seq)) parts.marks.set(roomId, seq);
    },
    sendTyping: typing.say,
    onChange: parts.changes.listen,
  };
}

/** All parts of one client, joined: they know each other only by the functions given to them here. */
function createParts(options: ClientOptions) {
  const { baseUrl, storage = null, clock = systemClock, refresh = 'cookie' } = options;
  const { random = Math.random, newId = createCommandId } = options;
  const timestamp = options.timestamp ?? (() => new Date().toISOString());
  const common = { clock, random, newId };
  const changes = createChanges();
  const marksOf = (kind: 'people' | 'typing') => (roomId: number) => changes.mark({ kind, roomId });
  const send = (command: Command) => connection.send(command);

  const call = createCall({
    baseUrl,
    clock,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    credentials: refresh === 'cookie' ? 'same-origin' : 'omit',
  });
  const auth = createAuthApi(call, refresh);
  const session = createTokenSession({
    clock,
    refresh: auth.refresh,
    onUser: (user) => identity.become(user),
    onEnded(reason) {
      if (session.user) connection.end(reason);
    },
  });
  const api = createApi(call, auth, session);
  const ownUserId = () => session.user?.id;

  const connection = createConnection({
    ...common,
    dial: createDial(socketOf(options), socketUrl(baseUrl), clock),
    greet: (needsNewToken) => greeter.greet(needsNewToken),
    onEvents(events) {
      changes.hold(() => {
        for (const event of events) feed.hear(event);
        logs.flush();
      });
    },
    onState(state) {
      changes.mark({ kind: 'connection' });
      if (state.name === 'live') lineUp();
      else lineDown();
    },
  });

  const cursors = createCursors({
    ...common,
    send,
    apply: (event) => feed.apply(event),
    onUnknownRoom: () => following.refresh(),
    onRefused: (roomId) => following.unfollow(roomId),
  });
  const logs = createLogs({
    ownUserId,
    headOf: cursors.after,
    loadPage: api.messages,
    onOwnMessage: (id) => outbox.seen(id),
  });
  const rooms = createRooms({
    ownUserId,
    isMention: (content) => identity.isMention(content),
    messagesAbove: (roomId, seq) => logs.find(roomId)?.messagesAbove(seq) ?? null,
    onUncounted: (roomId) => following.refreshRoom(roomId),
    onChange: () => changes.mark({ kind: 'rooms' }),
  });
  const outbox = createOutbox({
    ...common,
    timestamp,
    send,
    onRow: (roomId, entry) => logs.of(roomId).showPending(entry),
    onStored(roomId, entry, ok) {
      const message = session.user && storedMessage(session.user, roomId, entry, ok);
      if (message) logs.of(roomId).settle(message);
    },
    onDiscarded: (roomId, id) => logs.find(roomId)?.discard(id),
    onChange: () => changes.mark({ kind: 'outbox' }),
    onRoundTrip: (ms) => latency.measured(ms),
    onStuck: (needsNewToken) => connection.redial(needsNewToken),
  });
  const people = createPeople({ loadMembers: api.members, onChange: marksOf('people') });
  const typing = createTyping({ clock, send, onChange: marksOf('typing') });
  const marks = createReadMarks(send);
  const following = createFollowing({ api, rooms, cursors, logs, people, marks });
  const greeter = createGreeter({ session, following, cursors });
  const renewal = createRenewal({ ...common, session, send });
  const latency = createLatency({
    clock,
    probe: () => call('GET', '/v1/health'),
    onChange: () => changes.mark({ kind: 'latency' }),
  });
  const identity = createIdentity({
    storage,
    outbox,
    following,
    typing,
    onChange: () => changes.mark({ kind: 'user' }),
    onSwitch: () => connection.redial(false),
  });
  const feed = createFeed({
    ownUserId,
    cursors,
    rooms,
    logs,
    people,
    typing,
    outbox,
    following,
    onWelcome: (event) => greeter.welcome(event),
    onRefused(id, error) {
      if (renewal.isOwn(id) && error.code === 'unauthenticated') connection.redial(true);
    },
  });

  function lineUp(): void {
    outbox.connected(greeter.sendWindow);
    marks.connected();
    logs.catchUp();
    renewal.start();
    latency.start();
  }

  function lineDown(): void {
    outbox.disconnected();
    renewal.stop();
    latency.stop();
  }

  return {
    changes,
    auth,
    session,
    api,
    connection,
    logs,
    rooms,
    outbox,
    people,
    typing,
    marks,
    following,
    latency,
    identity,
  };
}

/** The message that an `ok` says is stored; undefined when it does not say where. */
function storedMessage(author: User, roomId: number, entry: PendingEntry, ok: Ok): Message | undefined {
  if (ok.seq === undefined) return undefined;
  const { id, content, at } = entry;
  return { roomId, seq: ok.seq, userId: author.id, username: author.username, content, at: ok.at ?? at, id };
}

function socketUrl(baseUrl: string): string {
  const url = new URL('/v1/socket', baseUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

function socketOf(options: ClientOptions): SocketConstructor {
  const Socket = options.WebSocket ?? globalThis.WebSocket;
  if (!Socket)
    throw new TypeError('There is no WebSocket here: pass one to createClient, such as that of `ws`');
  return Socket;
}

function isUnauthenticated(error: unknown): boolean {
  return error instanceof ChatError && error.code === 'unauthenticated';
}
