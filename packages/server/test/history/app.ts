/**
 * A whole server in this process, made of the real parts. Between them are seams, where a test can insert a bug that the
 * judge must find.
 */

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Chat, createChat, type RunningChat } from '../../src/chat/chat.ts';
import type { Passwords } from '../../src/chat/sign-in/passwords.ts';
import { systemClock } from '../../src/clock.ts';
import { HttpConnections } from '../../src/doors/http-connections.ts';
import { createIdentify, createOriginCheck } from '../../src/doors/peer.ts';
import { SocketCounts } from '../../src/doors/socket-counts.ts';
import { Watch } from '../../src/doors/watch.ts';
import { createHttpDoor } from '../../src/http/door.ts';
import { Hub, type HubOptions } from '../../src/hub/hub.ts';
import { type Appender, type AppenderOptions, createAppender } from '../../src/store/append/appender.ts';
import { openDatabase } from '../../src/store/database/database.ts';
import { createStore } from '../../src/store/store.ts';
import { SocketDoor } from '../../src/ws/door.ts';
import { createTestDatabase } from '../harness/database.ts';
import { openSql, type Sql } from '../harness/sql.ts';

/** The seams. Each function gets the real part and returns the one that the others use. */
export type Seams = {
  appender?: (real: Appender) => Appender;
  /** Between the appender and the hub. */
  publish?: (real: AppenderOptions['publish']) => AppenderOptions['publish'];
  /** Between the hub and the store. */
  readEvents?: (real: HubOptions['readEvents']) => HubOptions['readEvents'];
  /** Between doors and chat, and the hub. */
  hub?: (real: Hub) => Hub;
  /** Changes the store's functions in the database. */
  store?: (sql: Sql) => Promise<void>;
};

/** A running server with its own database. */
export type JudgedApp = { url: string; databaseUrl: string; close(): Promise<void> };

/** Stores passwords unhashed, because hashing would take longer than the runs. */
const PLAIN: Pick<Passwords, 'hash' | 'verify' | 'counts'> = {
  hash: async (password) => password,
  verify: async (password, hash) => password === hash,
  counts: () => ({ running: 0, waiting: 0, refused: 0 }),
};
const SECRET = 'a signing key for tests, long enough for any rule';
const silent = () => {};

/** Starts a server on its own database and a free port. */
export async function startJudgedApp(seams: Seams = {}): Promise<JudgedApp> {
  const testDatabase = await createTestDatabase();
  const open = () => openDatabase({ url: testDatabase.url, maxConnections: 2, onProblem: silent });
  const database = open();
  await alterStore(testDatabase.url, seams);
  const store = createStore(database);
  const readEvents: HubOptions['readEvents'] = (roomId, after, limit) =>
    store.events.listAfter(roomId, after, limit);
  const realHub: Hub = new Hub({
    readEvents: seams.readEvents?.(readEvents) ?? readEvents,
    clock: systemClock,
    onConnection: (connection, isOpen) => running.chat.presence.connectionChanged(connection, isOpen),
    onProblem: silent,
  });
  const hub = seams.hub?.(realHub) ?? realHub;
  const publish: AppenderOptions['publish'] = (events) => hub.publish(events);
  const realAppender = createAppender({
    openDatabase: open,
    clock: systemClock,
    publish: seams.publish?.(publish) ?? publish,
    onUncertain: (roomId) => hub.refresh(roomId),
  });
  const appender = seams.appender?.(realAppender) ?? realAppender;
  const running: RunningChat = await createChat({
    store,
    appender,
    hub,
    clock: systemClock,
    onProblem: silent,
    signingKeys: [SECRET],
    registration: 'open',
    lobbyName: null,
    retention: { bansDays: 30, reportsDays: 90 },
    rates: null,
    caps: null,
    bytesPerDay: null,
    readFreeSpace: null,
    onDiskChange: silent,
    passwords: PLAIN,
  });
  const doors = await openDoors({ chat: running.chat, hub });
  return {
    url: doors.url,
    databaseUrl: testDatabase.url,
    async close() {
      await doors.close();
      await running.stop();
      await realAppender.close();
      await database.close();
      await testDatabase.drop();
    },
  };
}

async function alterStore(url: string, { store }: Seams): Promise<void> {
  if (!store) return;
  const sql = await openSql(url);
  await store(sql);
  await sql.close();
}

type Behind = { chat: Chat; hub: Hub };

async function openDoors({ chat, hub }: Behind): Promise<{ url: string; close(): Promise<void> }> {
  const watch = new Watch(systemClock, Math.random);
  const shared = {
    chat,
    hub,
    watch,
    httpConnections: new HttpConnections(),
    socketCounts: new SocketCounts(false),
    clock: systemClock,
    identify: createIdentify({ trustedProxies: null, newId: randomUUID }),
    allowsOrigin: createOriginCheck(new Set()),
    onFailure: silent,
  };
  const facts = {
    name: null,
    registration: 'open' as const,
    whyNotReady: () => null,
    isDiskLow: () => false,
  };
  const metrics = { type: 'text/plain', render: () => '' };
  const heard = { onRequest: silent, onRefused: silent, onNoUpgrade: silent, onFirstAccount: silent };
  const handle = createHttpDoor({ ...shared, facts, files: new Map(), metrics, ...heard });
  const socketDoor = new SocketDoor({ ...shared, onUpgrade: silent });
  const server = createServer(handle);
  server.on('upgrade', (request, socket, head) => socketDoor.upgrade(request, socket, head));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      watch.closeAll('going_away', () => 0);
      watch.stop();
      socketDoor.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
