/** What stands behind the doors: the store, the hub and the domain, joined. */
import { watchRemovals } from '../chat/account-removal.ts';
import { createAddressBans } from '../chat/address-bans.ts';
import { type Chat, createChat } from '../chat/chat.ts';
import { createDevices } from '../chat/devices.ts';
import { createFailedSignIns, type FailedSignIns } from '../chat/failed-sign-ins.ts';
import { createLastUse } from '../chat/last-use.ts';
import { createNames } from '../chat/names.ts';
import { createPasswords } from '../chat/passwords.ts';
import { createPresence, type Presence } from '../chat/presence.ts';
import { watchRevocations } from '../chat/revocation.ts';
import { SEARCHES_AT_ONCE } from '../chat/search.ts';
import { watchLeftovers } from '../chat/sweep.ts';
import { createTokens } from '../chat/tokens.ts';
import { createVoices } from '../chat/voices.ts';
import type { Config } from '../config.ts';
import { createHub, type Hub } from '../hub/hub.ts';
import { createMetrics, type Metrics } from '../metrics.ts';
import { type Appender, createAppender } from '../store/appender.ts';
import { type Database, type DatabaseOptions, openDatabase } from '../store/database.ts';
import type { Foundation } from '../store/foundation.ts';
import { SEARCH_SETTINGS } from '../store/search.ts';
import { createSearchIndex, type SearchIndex } from '../store/search-index.ts';
import { createStore, type Store } from '../store/store.ts';
import type { AppDeps } from './deps.ts';

/** A lane's statements end sooner than a request's, so that a refusal comes within the 5 s of [S6]. */
const APPEND_TIMEOUT_MS = 4_000;
/** A search may take a processor for so long. */
const SEARCH_TIMEOUT_MS = 2_000;
/** Nobody waits for the indexer's. */
const INDEX_TIMEOUT_MS = 30_000;
/** So many events that search has not seen yet are worth a line in the log. */
const SEARCH_LAG_TOLD = 10_000;
const STUCK_PERIOD_MS = 1_000;

/** What stands behind the doors. */
export type Core = {
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

/** Joins the store, the hub and the domain. @throws as Database.query where the store cannot be read. */
export async function buildCore({ config, clock, log }: AppDeps, foundation: Foundation): Promise<Core> {
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
