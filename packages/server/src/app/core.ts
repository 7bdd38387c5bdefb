/** What stands behind the doors: the store, the hub and the domain, joined. */
import { type Chat, createChat } from '../chat/chat.ts';
import { createDevices } from '../chat/sign-in/devices.ts';
import type { FailedSignIns } from '../chat/sign-in/failed-sign-ins.ts';
import { createPasswords } from '../chat/sign-in/passwords.ts';
import { createTokens } from '../chat/sign-in/tokens.ts';
import type { Config } from '../config/config.ts';
import type { Hub } from '../hub/hub.ts';
import type { Metrics } from '../metrics.ts';
import type { Appender } from '../store/append/appender.ts';
import type { Database } from '../store/database/database.ts';
import type { Foundation } from '../store/foundation/foundation.ts';
import type { SearchIndex } from '../store/search/search-index.ts';
import { createStore, type Store } from '../store/store.ts';
import { openDatabases } from './databases.ts';
import type { AppDeps } from './deps.ts';
import { createPublishing } from './publishing.ts';
import { beginUpkeep } from './upkeep.ts';

/** So many events that search has not seen yet are worth a line in the log. */
const SEARCH_LAG_TOLD = 10_000;

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
  stopUpkeep: () => void;
};

/** Joins the store, the hub and the domain. @throws as Database.query where the store cannot be read. */
export async function buildCore({ config, clock, log }: AppDeps, foundation: Foundation): Promise<Core> {
  const onProblem = (error: unknown) => log.warn({ err: error }, 'trouble below a request');
  const onLag = (events: number) => {
    if (events > SEARCH_LAG_TOLD) log.info({ events }, 'search is behind and catches up');
  };
  const databases = openDatabases(foundation.url, log);
  const { database, searchDatabase } = databases;
  const store = createStore(database, searchDatabase);
  const delivery = createPublishing({ databases, store, clock, onLag, onProblem });
  const { hub, appender, searchIndex, metrics } = delivery;
  const { stop: stopUpkeep, ...upkeep } = await beginUpkeep({ store, hub, clock, onProblem });
  const secrets = signingSecrets(config, foundation);
  const chat = createChat({
    store,
    appender,
    hub,
    presence: delivery.presence,
    voices: delivery.voices,
    ...upkeep,
    passwords: createPasswords(),
    tokens: await createTokens(secrets, clock),
    devices: createDevices(secrets),
    clock,
    epoch: await store.rooms.epoch(),
    registration: config.registration,
    lobbyName: config.lobbyName,
    rates: config.rates,
  });
  await chat.lobby.open();
  const { failedSignIns } = upkeep;
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
    stopUpkeep,
  };
}

/** The settings' keys, or the one that the data folder keeps. Settings without keys have a data folder. */
function signingSecrets({ jwtSecrets }: Config, { secret }: Foundation): readonly [string, ...string[]] {
  if (jwtSecrets) return jwtSecrets;
  if (secret === null) throw new Error('JWT_SECRET: there is no key to sign access tokens with');
  return [secret];
}
