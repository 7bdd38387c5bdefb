/** The app: builds the parts, joins them, and stops them in the right order. */
import { type Clock, pause } from '../clock.ts';
import { descriptorsOfProcess } from '../doors/connection-limits.ts';
import type { HubCounts } from '../hub/hub.ts';
import { checkAddress, listenOn, urlOf } from '../listen.ts';
import { type Foundation, startFoundation } from '../store/foundation/foundation.ts';
import { buildCore, type Core } from './core.ts';
import type { AppDeps } from './deps.ts';
import { type Doors, openDoors } from './doors.ts';

export type { AppDeps } from './deps.ts';

/** The facts that a start reports. */
export type AppFacts = { url: string; store: string; dataDir: string | null; people: number; rooms: number };

/** A built server. */
export type App = {
  /** Opens the port. @throws Error that says what to do if the port is taken. */
  listen(): Promise<AppFacts>;
  /**
   * Stops: accepts nothing new, finishes commits, tells sockets to resume, ends PostgreSQL last. Safe to call twice.
   */
  close(): Promise<void>;
  /** Resolves with the reason if the app cannot go on. */
  failed: Promise<Error>;
  /** Counts what is kept for open sockets; all of it returns to zero when they have closed. */
  counts(): AppCounts;
};

/** Open sockets and streams, and what the hub keeps for them. */
export type AppCounts = HubCounts & { sockets: number };

// How long each part may take to stop. With the 2 s of the pools they add up to 6 s; then PostgreSQL has 3 s to stop by
// itself. main.ts forces an exit after 9.5 s.
const COMMITS_TIMEOUT_MS = 2_000;
const REQUESTS_TIMEOUT_MS = 1_000;
const BACKGROUND_TIMEOUT_MS = 1_000;
/** Lets the last frames leave the sockets' buffers. */
const SOCKETS_PAUSE_MS = 200;
/** Clients are asked to reconnect spread over this time. */
const RETURN_SPREAD_MS = 2_000;

/**
 * Starts PostgreSQL if it is embedded, and builds everything on it.
 * @throws Error that says what to do if a setting, the data folder or PostgreSQL is unusable.
 */
export async function createApp(deps: AppDeps): Promise<App> {
  const { config, log } = deps;
  // Before anything is created: a wrong address should not leave a new database behind.
  await checkAddress(config);
  // Before any connection is open: the report looks up the names of both ends of each.
  const descriptors = descriptorsOfProcess();
  const foundation = await startFoundation({
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl,
    log: (level, message, fields) => log[level](fields ?? {}, message),
  });
  try {
    const core = await buildCore(deps, foundation);
    return toApp(deps, foundation, core, await openDoors(deps, core, descriptors));
  } catch (error) {
    await foundation.close();
    throw error;
  }
}

function toApp({ config, clock }: AppDeps, foundation: Foundation, core: Core, doors: Doors): App {
  let closing: Promise<void> | null = null;
  return {
    async listen() {
      const address = await listenOn(doors.server, config);
      const [people, rooms] = await Promise.all([core.store.users.count(), core.store.rooms.count()]);
      const url = config.publicUrl ?? urlOf(address);
      const dataDir = config.databaseUrl === null ? config.dataDir : null;
      return { url, store: foundation.description, dataDir, people, rooms };
    },
    close() {
      closing ??= stopInOrder(clock, foundation, core, doors);
      return closing;
    },
    failed: foundation.lost,
    counts: () => ({ ...core.hub.counts(), sockets: doors.watch.size }),
  };
}

async function stopInOrder(clock: Clock, foundation: Foundation, core: Core, doors: Doors): Promise<void> {
  const { server, watch, socketDoor } = doors;
  doors.stopAccepting();
  const requestsEnded = new Promise<void>((resolve) => server.close(() => resolve()));
  await core.appender.drain(COMMITS_TIMEOUT_MS);
  core.hub.flush();
  watch.closeAll('going_away', () => Math.round(Math.random() * RETURN_SPREAD_MS));
  await Promise.all([
    pause(clock, SOCKETS_PAUSE_MS),
    Promise.race([requestsEnded, pause(clock, REQUESTS_TIMEOUT_MS)]),
  ]);
  server.closeAllConnections();
  await Promise.race([core.stopBackground(), pause(clock, BACKGROUND_TIMEOUT_MS)]);
  watch.stop();
  doors.unsent.stop();
  doors.readiness.stop();
  socketDoor.close();
  await Promise.all([
    core.appender.close(),
    core.searchIndex.close(),
    core.searchDatabase.close(),
    core.vitalDatabase.close(),
    core.database.close(),
  ]);
  await foundation.close();
}
