/** The core behind the doors: the store, the hub and the domain, joined. */
import { join } from 'node:path';
import { type Chat, createChat, type RunningChat } from '../chat/chat.ts';
import type { SigningKeys } from '../chat/secrets.ts';
import type { Config } from '../config/config.ts';
import type { FairQueue } from '../fair-queue/fair-queue.ts';
import type { Hub } from '../hub/hub.ts';
import { STALL_CHECK_PERIOD_MS } from '../hub/limits.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Appender } from '../store/append/appender.ts';
import type { Database } from '../store/database/database.ts';
import type { Foundation } from '../store/foundation/foundation.ts';
import type { SearchIndex } from '../store/search/search-index.ts';
import { type DiskBounds, freeSpaceReader } from '../store/storage/free-space.ts';
import { createStore, type Store } from '../store/store.ts';
import { openDatabases } from './databases.ts';
import type { AppDeps } from './deps.ts';
import { createPublishing } from './publishing.ts';

/** Search logs its backlog above this many events. */
const SEARCH_BACKLOG_LOGGED = 10_000;

/** The parts behind the doors. */
export type Core = {
  database: Database;
  searchDatabase: Database;
  /** For readiness. */
  vitalDatabase: Database;
  /** The statements of callers. */
  queue: FairQueue;
  store: Store;
  hub: Hub;
  appender: Appender;
  searchIndex: SearchIndex;
  chat: Chat;
  metrics: Metrics;
  /** Ends the work in the background, and writes what it owes the store. */
  stopBackground(): Promise<void>;
};

/** Builds the core and starts its work in the background. @throws as Database.query if the store cannot be read. */
export async function buildCore(deps: AppDeps, foundation: Foundation): Promise<Core> {
  const { config, clock, log, statementLimits } = deps;
  const onProblem = (error: unknown) =>
    log.warn({ err: error }, 'background work failed, and is tried again');
  const isCapped = config.rates !== null;
  const databases = openDatabases({ url: foundation.url, log, limits: statementLimits, isCapped });
  const { database, searchDatabase, vitalDatabase } = databases;
  const store = createStore(database, searchDatabase, vitalDatabase);
  // The hub and the appender call the chat only after it has been built: before, nobody connects or sends.
  const publishing = createPublishing({
    databases,
    store,
    clock,
    onConnection: (connection, isOpen) => running.chat.presence.connectionChanged(connection, isOpen),
    onEvent: (event) => running.chat.speakingRights.record(event),
    onLag(events) {
      if (events > SEARCH_BACKLOG_LOGGED) log.info({ events }, 'search is behind and catches up');
    },
    onProblem,
  });
  const { hub, appender } = publishing;
  const running: RunningChat = await createChat({
    ...settingsOf(deps, foundation),
    store,
    appender,
    hub,
    clock,
    onProblem,
    // Not on the vital connection: the size of a large database takes long to read.
    readFreeSpace: deps.readFreeSpace ?? freeSpaceReader(database, boundsOf(config)),
  });
  const stopStallChecks = clock.every(STALL_CHECK_PERIOD_MS, () => hub.closeStalled());
  return {
    ...publishing,
    ...databases,
    store,
    chat: running.chat,
    stopBackground() {
      stopStallChecks();
      return running.stop();
    },
  };
}

/** The settings of the domain, and its report on the disk. */
function settingsOf({ config, log }: AppDeps, foundation: Foundation) {
  return {
    signingKeys: signingKeysOf(config, foundation),
    registration: config.registration,
    lobbyName: config.lobbyName,
    rates: config.rates,
    caps: config.caps,
    retention: config.retention,
    bytesPerDay: config.bytesPerDay,
    onDiskChange(isLow: boolean) {
      if (isLow)
        log.error(
          'the disk is nearly full: nothing new is stored until there is space (MIN_FREE_DISK_MIB, MAX_DATABASE_MIB)',
        );
      else log.info('the disk has space again');
    },
  };
}

function boundsOf({ databaseUrl, dataDir, minFreeBytes, maxDatabaseBytes }: Config): DiskBounds {
  // The embedded cluster may be a link to another disk.
  const folder = databaseUrl === null ? join(dataDir, 'postgres') : null;
  return { folder, minFree: minFreeBytes, maxDatabase: maxDatabaseBytes };
}

/** The keys of the settings, or else the key that the data folder keeps. Settings without keys have a data folder. */
function signingKeysOf({ jwtSecrets }: Config, { secret }: Foundation): SigningKeys {
  if (jwtSecrets) return jwtSecrets;
  if (secret === null) throw new Error('set JWT_SECRET: there is no key to sign access tokens with');
  return [secret];
}
