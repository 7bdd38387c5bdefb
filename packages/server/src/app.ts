/** The only wiring: builds every part, joins them, and takes them down in the right order. */
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { watchRemovals } from './chat/account-removal.ts';
import { createAddressBans } from './chat/address-bans.ts';
import { type Chat, createChat } from './chat/chat.ts';
import { createDevices } from './chat/devices.ts';
import { createFailedSignIns, type FailedSignIns } from './chat/failed-sign-ins.ts';
import { createLastUse } from './chat/last-use.ts';
import { createNames } from './chat/names.ts';
import { createPasswords } from './chat/passwords.ts';
import { createPresence, type Presence } from './chat/presence.ts';
import { watchRevocations } from './chat/revocation.ts';
import { SEARCHES_AT_ONCE } from './chat/search.ts';
import { watchLeftovers } from './chat/sweep.ts';
import { createTokens } from './chat/tokens.ts';
import { createVoices } from './chat/voices.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { declineUpgrade } from './http/decline-upgrade.ts';
import { createHttpDoor } from './http/door.ts';
import { loadPage } from './http/page.ts';
import { createHttpServer, type HttpLimits } from './http/server.ts';
import { createHub, type Hub, type HubCounts } from './hub/hub.ts';
import { createWatch, type Watch } from './hub/watch.ts';
import { checkAddress, listenOn, urlOf } from './listen.ts';
import type { Log } from './log.ts';
import { createMetrics, METRICS_TYPE, type Metrics, type Readings } from './metrics.ts';
import { createIdentify, createOriginCheck } from './peer.ts';
import { type Appender, createAppender } from './store/appender.ts';
import { type Database, type DatabaseOptions, openDatabase } from './store/database.ts';
import { type Foundation, layFoundation } from './store/foundation.ts';
import { SEARCH_SETTINGS } from './store/search.ts';
import { createSearchIndex, type SearchIndex } from './store/search-index.ts';
import { createStore, type Store } from './store/store.ts';
import { createSocketDoor, type SocketDoor } from './ws/door.ts';

export type AppDeps = {
  config: Config;
  clock: Clock;
  log: Log;
  /** The folder of the built page. */
  pageDir: string;
  /** Gives request ids. */
  newId?: () => string;
  /** How long slow peers are waited for; the usual limits by default. */
  httpLimits?: HttpLimits;
};

/** What a start tells people. */
export type AppFacts = { url: string; store: string; dataDir: string; people: number; rooms: number };

export type App = {
  /** Opens the port. @throws Error in words when it is taken. */
  listen(): Promise<AppFacts>;
  /** Stops in order: nothing new, commits finished, sockets told to resume, PostgreSQL last. Safe to call twice. */
  close(): Promise<void>;
  /** Resolves if the app cannot go on, with the reason. */
  failed: Promise<Error>;
  /** What is held for live sockets; all of it comes back to nothing when they have gone. */
  counts(): AppCounts;
};

/** Sockets and streams under watch, and what the hub keeps for them. */
export type AppCounts = HubCounts & { sockets: number };

/** A lane's statements end sooner than a request's, so that a refusal comes within the 5 s of [S6]. */
const APPEND_TIMEOUT_MS = 4_000;
/** A search may take a processor for so long. */
const SEARCH_TIMEOUT_MS = 2_000;
/** Nobody waits for the indexer's. */
const INDEX_TIMEOUT_MS = 30_000;
/** So many events that search has not seen yet are worth a line in the log. */
const SEARCH_LAG_TOLD = 10_000;
/** What a part may take to come to an end; with the pools' 2 s and PostgreSQL's 4.5 s the sum stays under 10 s. */
const COMMITS_TIMEOUT_MS = 2_000;
const REQUESTS_TIMEOUT_MS = 1_000;
const SOCKETS_PAUSE_MS = 200;
/** Sockets come back spread over this time. */
const RETURN_SPREAD_MS = 2_000;
const STUCK_PERIOD_MS = 1_000;

/**
 * Starts PostgreSQL where it is ours, and builds everything on it.
 * @throws Error in words that say what to do when the ground cannot carry it.
 */
export async function createApp(deps: AppDeps): Promise<App> {
  const { config, log } = deps;
  // Before anything is made: a wrong address should not cost a new database.
  await checkAddress(config);
  const foundation = await layFoundation({
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl,
    log: (level, message, fields) => log[level](fields ?? {}, message),
  });
  try {
    const core = await buildCore(deps, foundation);
    return runnable(deps, foundation, core, await openDoors(deps, core));
  } catch (error) {
    await foundation.close();
    throw error;
  }
}

function runnable({ config, clock }: AppDeps, foundation: Foundation, core: Core, doors: Doors): App {
  let closing: Promise<void> | null = null;
  return {
    async listen() {
      const address = await listenOn(doors.server, config);
      const [people, rooms] = await Promise.all([core.store.users.count(), core.store.rooms.count()]);
      const url = config.publicUrl ?? urlOf(address);
      return { url, store: foundation.description, dataDir: config.dataDir, people, rooms };
    },
    close() {
      closing ??= takeDown(clock, foundation, core, doors);
      return closing;
    },
    failed: foundation.lost,
    counts: () => ({ ...core.hub.counts(), sockets: doors.watch.size }),
  };
}

/** Every socket keeps its request's id: a UUID would be kept as the 14 pieces that Node makes it of. */
function newRequestId(): string {
  return randomBytes(16).toString('hex');
}

/** What stands behind the doors. */
type Core = {
  database: Database;
  searchDatabase: Database;
  store: Store;
  hub: Hub;
  appender: Appender;
  searchIndex: SearchIndex;
  chat: Chat;
  metrics: Metrics;
  failedSignIns: FailedSignIns;
  stopLooking: () => void;
};

async function buildCore({ config, clock, log }: AppDeps, foundation: Foundation): Promise<Core> {
  const onProblem = (error: unknown) => log.warn({ err: error }, 'trouble below a request');
  const open = (own: Omit<DatabaseOptions, 'url' | 'onProblem'> = {}): Database =>
    openDatabase({
      url: foundation.url,
      onProblem: ({ error, ...where }) =>
        log.warn({ err: error, ...where }, 'the store refused or was out of reach'),
      ...own,
    });
  const database = open();
  const searchDatabase = open({
    statementTimeoutMs: SEARCH_TIMEOUT_MS,
    maxConnections: SEARCHES_AT_ONCE,
    settings: SEARCH_SETTINGS,
  });
  const store = createStore(database, searchDatabase);
  const hub: Hub = createHub({
    readEvents: (roomId, after, limit) => store.events.listAfter(roomId, after, limit),
    clock,
    onConnection: (connection, isOpen) => presence.note(connection, isOpen),
    onProblem,
  });
  const metrics = createMetrics();
  const presence: Presence = createPresence({ ...store, hub, clock, onProblem });
  const appender = createAppender({
    openDatabase: () => open({ statementTimeoutMs: APPEND_TIMEOUT_MS, maxConnections: 1 }),
    clock,
    publish(events) {
      hub.publish(events);
      metrics.committed(events);
      for (const event of events) {
        if (event.type === 'message') searchIndex.note(event.roomId);
        else voices.note(event);
      }
    },
    onUncertain: (roomId) => hub.refresh(roomId),
  });
  const searchIndex = createSearchIndex({
    database: open({ statementTimeoutMs: INDEX_TIMEOUT_MS, maxConnections: 1 }),
    clock,
    isBusy: () => appender.depth() > 0,
    onLag(events) {
      if (events > SEARCH_LAG_TOLD) log.info({ events }, 'search is behind and catches up');
    },
    onProblem,
  });
  const voices = createVoices(clock);
  const names = await createNames({ users: store.users, clock, onProblem });
  const failedSignIns = createFailedSignIns({ audit: store.audit, clock, onProblem });
  const removal = watchRemovals({ removals: store.accountRemovals, hub, clock, onProblem });
  const lastUse = createLastUse({ sessions: store.sessions, clock, onProblem });
  const addressBans = await createAddressBans({ bans: store.addressBans, clock, onProblem });
  const chat = createChat({
    store,
    appender,
    hub,
    presence,
    passwords: createPasswords(),
    tokens: await createTokens(signingSecrets(config, foundation), clock),
    devices: createDevices(signingSecrets(config, foundation)),
    names,
    failedSignIns,
    addressBans,
    lastUse,
    removal,
    voices,
    clock,
    epoch: await store.rooms.epoch(),
    registration: config.registration,
    lobbyName: config.lobbyName,
    rates: config.rates,
  });
  await chat.lobby.open();
  const watches = [
    clock.every(STUCK_PERIOD_MS, () => hub.endStuck()),
    names.stop,
    addressBans.stop,
    lastUse.stop,
    removal.stop,
    watchRevocations({ sessions: store.sessions, hub, clock, onProblem }),
    watchLeftovers({ leftovers: store.leftovers, clock, onProblem }),
  ];
  const stopLooking = () => {
    for (const stop of watches) stop();
  };
  return {
    database,
    searchDatabase,
    store,
    hub,
    appender,
    searchIndex,
    chat,
    metrics,
    failedSignIns,
    stopLooking,
  };
}

/** The settings' keys, or the one that the data folder keeps. Settings without keys have a data folder. */
function signingSecrets({ jwtSecrets }: Config, { secret }: Foundation): readonly [string, ...string[]] {
  if (jwtSecrets) return jwtSecrets;
  if (secret === null) throw new Error('JWT_SECRET: there is no key to sign access tokens with');
  return [secret];
}

type Doors = { server: Server; watch: Watch; socketDoor: SocketDoor; stopAccepting: () => void };

async function openDoors(deps: AppDeps, core: Core): Promise<Doors> {
  const { config, clock, log, pageDir, newId = newRequestId } = deps;
  const { database, hub, chat, metrics } = core;
  let isStopping = false;
  const watch = createWatch(clock, Math.random, chat.presence.renew);
  const shared = {
    chat,
    hub,
    watch,
    clock,
    identify: createIdentify({ trustedProxies: config.trustedProxies, newId }),
    allowsOrigin: createOriginCheck(config.allowedOrigins),
    onFailure: (error: unknown, requestId: string | undefined) =>
      log.error({ err: error, requestId }, 'a request failed'),
  };
  const handleRequest = createHttpDoor({
    ...shared,
    files: await loadPage(pageDir),
    facts: {
      name: config.publicUrl ? new URL(config.publicUrl).host : null,
      registration: config.registration,
      whyNotReady: async () => (isStopping ? 'the server is stopping' : whyStoreIsAway(database)),
    },
    metrics: { type: METRICS_TYPE, render: () => metrics.render(readingsOf(core, watch)) },
    onRequest(line) {
      metrics.answered(line.status);
      log.info(line, 'request');
    },
  });
  const socketDoor = createSocketDoor({
    ...shared,
    onUpgrade(line) {
      metrics.answered(line.status);
      log.info(line, 'upgrade');
    },
  });
  const server = createHttpServer(handleRequest, deps.httpLimits);
  server.on('upgrade', (request, socket, head) => {
    if (request.headers.upgrade?.toLowerCase() === 'websocket') socketDoor.upgrade(request, socket, head);
    else declineUpgrade(server, request, socket, head);
  });
  // Out of descriptors, say: this connection is lost, the server is not.
  server.on('error', (error) => log.error({ err: error }, 'a connection could not be taken'));
  const stopAccepting = () => {
    isStopping = true;
    socketDoor.stopAccepting();
  };
  return { server, watch, socketDoor, stopAccepting };
}

function readingsOf({ hub, appender, chat }: Core, watch: Watch): Readings {
  const { subscriptions, rooms } = hub.counts();
  return {
    sockets: watch.size,
    subscriptions,
    rooms,
    online: chat.presence.count(),
    appenderDepth: appender.depth(),
    fanOutWrites: hub.writes,
    residentBytes: process.memoryUsage.rss(),
  };
}

async function takeDown(clock: Clock, foundation: Foundation, core: Core, doors: Doors): Promise<void> {
  const { server, watch, socketDoor } = doors;
  doors.stopAccepting();
  const requestsEnded = new Promise<void>((resolve) => server.close(() => resolve()));
  await core.appender.drain(COMMITS_TIMEOUT_MS);
  core.hub.flush();
  watch.endAll('going_away', () => Math.round(Math.random() * RETURN_SPREAD_MS));
  // What was just written to the sockets goes out meanwhile.
  await Promise.all([
    pause(clock, SOCKETS_PAUSE_MS),
    Promise.race([requestsEnded, pause(clock, REQUESTS_TIMEOUT_MS)]),
    Promise.race([core.failedSignIns.stop(), pause(clock, REQUESTS_TIMEOUT_MS)]),
  ]);
  server.closeAllConnections();
  core.stopLooking();
  await core.chat.presence.close();
  watch.stop();
  socketDoor.close();
  await Promise.all([
    core.appender.close(),
    core.searchIndex.close(),
    core.searchDatabase.close(),
    core.database.close(),
  ]);
  await foundation.close();
}

function whyStoreIsAway(database: Database): Promise<string | null> {
  return database.ping().then(
    () => null,
    () => 'the store cannot be reached',
  );
}

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}
