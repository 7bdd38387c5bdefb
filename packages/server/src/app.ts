/** The only wiring: builds every part, joins them, and takes them down in the right order. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createChat } from './chat/chat.ts';
import { createPasswords } from './chat/passwords.ts';
import { createPresence, type Presence } from './chat/presence.ts';
import { createTokens } from './chat/tokens.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { createHttpDoor } from './http/door.ts';
import { loadPage } from './http/page.ts';
import { createHub, type Hub } from './hub/hub.ts';
import type { Log } from './log.ts';
import { createIdentify, createOriginCheck } from './peer.ts';
import { createAppender } from './store/appender.ts';
import { type Database, openDatabase } from './store/database.ts';
import { layFoundation } from './store/foundation.ts';
import { createStore } from './store/store.ts';
import { createSocketDoor } from './ws/door.ts';

export type AppDeps = {
  config: Config;
  clock: Clock;
  log: Log;
  /** The folder of the built page. */
  pageDir: string;
  /** Gives request ids. */
  newId?: () => string;
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
};

/** A lane's statements end sooner than a request's, so that a refusal comes within the 5 s of [S6]. */
const APPEND_TIMEOUT_MS = 4_000;
/** What a part may take to come to an end; the sum stays under the 10 s of a stop. */
const COMMITS_TIMEOUT_MS = 3_000;
const REQUESTS_TIMEOUT_MS = 1_500;
const SOCKETS_TIMEOUT_MS = 500;
const POLL_MS = 10;
/** Sockets come back spread over this time. */
const RETURN_SPREAD_MS = 2_000;
const STUCK_PERIOD_MS = 1_000;
const HTTP_LIMITS = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 20_000 };

export async function createApp({ config, clock, log, pageDir, newId = randomUUID }: AppDeps): Promise<App> {
  const foundation = await layFoundation({
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl,
    log: (level, message, fields) => log[level](fields ?? {}, message),
  });
  const onProblem = (error: unknown) => log.warn({ err: error }, 'trouble below a request');
  const open = (statementTimeoutMs?: number, maxConnections?: number): Database =>
    openDatabase({
      url: foundation.url,
      onProblem: ({ error, ...where }) =>
        log.warn({ err: error, ...where }, 'the store refused or was out of reach'),
      ...(statementTimeoutMs === undefined ? {} : { statementTimeoutMs }),
      ...(maxConnections === undefined ? {} : { maxConnections }),
    });

  const database = open();
  const store = createStore(database);
  const secrets = config.jwtSecrets ?? ([foundation.secret ?? ''] as const);
  const [tokens, epoch, files] = await Promise.all([
    createTokens(secrets, clock),
    store.rooms.epoch(),
    loadPage(pageDir),
  ]);

  let presence: Presence | null = null;
  const hub: Hub = createHub({
    readEvents: (roomId, after, limit) => store.events.listAfter(roomId, after, limit),
    clock,
    onPresence: (person, isOnline) => presence?.note(person, isOnline),
    onProblem,
  });
  presence = createPresence({ memberships: store.memberships, hub, clock, onProblem });
  const appender = createAppender({
    openDatabase: () => open(APPEND_TIMEOUT_MS, 1),
    clock,
    publish: (events) => hub.publish(events),
  });
  const chat = createChat({
    store,
    appender,
    hub,
    presence,
    passwords: createPasswords(),
    tokens,
    clock,
    epoch,
    registration: config.registration,
    hasRateLimits: config.hasRateLimits,
  });

  let isStopping = false;
  const identify = createIdentify({ trustedProxies: config.trustedProxies, newId });
  const allowsOrigin = createOriginCheck(config.allowedOrigins);
  const onFailure = (error: unknown, requestId: string | undefined) =>
    log.error({ err: error, requestId }, 'a request failed');
  const handleRequest = createHttpDoor({
    chat,
    clock,
    identify,
    allowsOrigin,
    files,
    facts: {
      name: config.publicUrl ? new URL(config.publicUrl).host : null,
      registration: config.registration,
      async whyNotReady() {
        if (isStopping) return 'the server is stopping';
        return database.ping().then(
          () => null,
          () => 'the store cannot be reached',
        );
      },
    },
    onRequest: (line) => log.info(line, 'request'),
    onFailure,
  });
  const socketDoor = createSocketDoor({
    chat,
    hub,
    clock,
    identify,
    allowsOrigin,
    onUpgrade: (line) => log.info(line, 'upgrade'),
    onFailure,
  });
  const server = createServer(HTTP_LIMITS, handleRequest);
  server.on('upgrade', (request, socket, head) => socketDoor.upgrade(request, socket, head));
  const stopLooking = clock.every(STUCK_PERIOD_MS, () => hub.endStuck());

  async function close(): Promise<void> {
    isStopping = true;
    socketDoor.stopAccepting();
    const requestsEnded = new Promise<void>((resolve) => server.close(() => resolve()));
    await appender.close(COMMITS_TIMEOUT_MS);
    hub.endAll('going_away', () => Math.random() * RETURN_SPREAD_MS);
    await until(() => socketDoor.size === 0, SOCKETS_TIMEOUT_MS, clock);
    await Promise.race([requestsEnded, pause(clock, REQUESTS_TIMEOUT_MS)]);
    server.closeAllConnections();
    stopLooking();
    socketDoor.close();
    await database.close();
    await foundation.close();
  }

  let closing: Promise<void> | null = null;
  return {
    async listen() {
      const address = await listenOn(server, config);
      const [people, rooms] = await Promise.all([store.users.count(), store.rooms.count()]);
      const url = config.publicUrl ?? urlOf(address);
      return { url, store: foundation.description, dataDir: config.dataDir, people, rooms };
    },
    close() {
      closing ??= close();
      return closing;
    },
    failed: foundation.lost,
  };
}

function listenOn(server: Server, { port, host }: Config): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'another program listens there: stop it, or set PORT' : error.message;
      reject(new Error(`cannot listen on ${host}:${port}: ${reason}`));
    });
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function urlOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://localhost:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function until(isSo: () => boolean, timeoutMs: number, clock: Clock): Promise<void> {
  const deadline = clock.now() + timeoutMs;
  while (!isSo() && clock.now() < deadline) await pause(clock, POLL_MS);
}

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}
