/** The app: builds the parts, joins them, and takes them down in the right order. */

import type { Clock } from '../clock.ts';
import type { HubCounts } from '../hub/hub.ts';
import { checkAddress, listenOn, urlOf } from '../listen.ts';
import { type Foundation, startFoundation } from '../store/foundation/foundation.ts';
import { buildCore, type Core } from './core.ts';
import type { AppDeps } from './deps.ts';
import { type Doors, openDoors } from './doors.ts';

export type { AppDeps } from './deps.ts';

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

/** What a part may take to come to an end; with the pools' 2 s and PostgreSQL's 4.5 s the sum stays under 10 s. */
const COMMITS_TIMEOUT_MS = 2_000;
const REQUESTS_TIMEOUT_MS = 1_000;
const SOCKETS_PAUSE_MS = 200;
/** Sockets come back spread over this time. */
const RETURN_SPREAD_MS = 2_000;

/**
 * Starts PostgreSQL where it is ours, and builds everything on it.
 * @throws Error in words that say what to do when the ground cannot carry it.
 */
export async function createApp(deps: AppDeps): Promise<App> {
  const { config, log } = deps;
  // Before anything is made: a wrong address should not cost a new database.
  await checkAddress(config);
  const foundation = await startFoundation({
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

async function takeDown(clock: Clock, foundation: Foundation, core: Core, doors: Doors): Promise<void> {
  const { server, watch, socketDoor } = doors;
  doors.stopAccepting();
  const requestsEnded = new Promise<void>((resolve) => server.close(() => resolve()));
  await core.appender.drain(COMMITS_TIMEOUT_MS);
  core.hub.flush();
  watch.closeAll('going_away', () => Math.round(Math.random() * RETURN_SPREAD_MS));
  // What was just written to the sockets goes out meanwhile.
  await Promise.all([
    pause(clock, SOCKETS_PAUSE_MS),
    Promise.race([requestsEnded, pause(clock, REQUESTS_TIMEOUT_MS)]),
    Promise.race([core.failedSignIns.stop(), pause(clock, REQUESTS_TIMEOUT_MS)]),
  ]);
  server.closeAllConnections();
  core.stopUpkeep();
  await Promise.race([core.chat.presence.close(), pause(clock, REQUESTS_TIMEOUT_MS)]);
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

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}
