/** The only wiring: makes the parts of a client and joins them. They know each other only by the functions given to them here. */
import type { Command, Message, Ok, User } from '@banter/protocol';
import { createApi, createAuthApi } from '../api/api.ts';
import { createCall } from '../api/http.ts';
import { createRenewal } from '../api/renewal.ts';
import { createTokenSession } from '../api/token-session.ts';
import type { ClientOptions } from '../client.ts';
import { systemClock } from '../clock.ts';
import { createCommandId } from '../command-id.ts';
import { createIgnoring } from '../log/ignore-list.ts';
import { createLogs } from '../log/room-logs.ts';
import { createOutbox } from '../outbox/outbox.ts';
import { createCursors } from '../rooms/cursors.ts';
import { createFollowing } from '../rooms/following.ts';
import { createPeople } from '../rooms/people.ts';
import { createReadMarks } from '../rooms/read-marks.ts';
import { createRooms } from '../rooms/rooms.ts';
import { createTyping } from '../rooms/typing.ts';
import type { PendingEntry } from '../types/log.ts';
import { createConnection } from '../wire/connection.ts';
import { createGreeter } from '../wire/greeter.ts';
import { createLatency } from '../wire/latency.ts';
import { createDial, type SocketConstructor } from '../wire/link.ts';
import { createChanges } from './changes.ts';
import { createFeed } from './feed.ts';
import { createIdentity } from './identity.ts';

/** All parts of one client. @throws TypeError when `baseUrl` is no URL or there is no WebSocket to use. */
export function createParts(options: ClientOptions) {
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
    loadPage: (roomId, query) => api.messages(roomId, { ...query, include: 'notices' }),
    onOwnMessage: (id) => outbox.seen(id),
  });
  const rooms = createRooms({
    ownUserId,
    isIgnored: (userId) => ignoring.has(userId),
    isHidden: (room) => ignoring.isHidden(room),
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
  const people = createPeople({ clock, loadMembers: api.members, onChange: marksOf('people') });
  const ignoring = createIgnoring({
    ownUserId,
    onChange() {
      rooms.look();
      changes.mark({ kind: 'ignored' });
    },
  });
  const typing = createTyping({
    clock,
    shownMs: () => greeter.typingShownMs,
    send,
    onChange: marksOf('typing'),
  });
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
    ignoring,
    typing,
    outbox,
    following,
    onRemoved(event) {
      const room = rooms.list.find(({ id }) => id === event.roomId);
      if (room) changes.mark({ kind: 'removed', room, event });
    },
    onWelcome(event) {
      ignoring.set(event.ignored ?? []);
      greeter.welcome(event);
    },
    onReport: (roomId) => changes.mark({ kind: 'reports', roomId }),
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
    ignoring,
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
  const { id, content, at, messageKind, replyTo, quote } = entry;
  return {
    ...{ roomId, seq: ok.seq, userId: author.id, username: author.username, content, at: ok.at ?? at, id },
    ...(messageKind === undefined ? {} : { kind: messageKind }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(quote === undefined ? {} : { quote }),
  };
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
