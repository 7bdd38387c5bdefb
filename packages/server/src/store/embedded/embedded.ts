/** The built-in PostgreSQL: real, durable, on a private socket, started and kept running by this process. */

import { realpath, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { StoreLog } from '../database/store-log.ts';
import { findBinaries } from './binaries.ts';
import { findBanterDatabase, openBanterDatabase } from './bootstrap.ts';
import { prepareCluster } from './cluster.ts';
import { findClusterLocation } from './cluster-location.ts';
import { createDataDir } from './data-dir.ts';
import { findLauncher } from './launcher.ts';
import { findOsAccount } from './os-account.ts';
import { type PostmasterOptions, startPostmaster } from './postmaster.ts';
import { reclaimCluster } from './reclaim.ts';
import { clearSocketDir, createSocketDir, lastSocketDir } from './socket-dir.ts';
import { type ServerEnd, superviseServer } from './supervisor.ts';

export type { StoreLog } from '../database/store-log.ts';
export type { ServerEnd } from './supervisor.ts';

export type EmbeddedOptions = {
  /** The data folder, whose lock the caller holds; made when it is missing. */
  dataDir: string;
  log: StoreLog;
  /** Server settings that win over ours: for tests. */
  settings?: Readonly<Record<string, string>>;
};

export type EmbeddedServer = {
  /** The address of the database, which stays the same while PostgreSQL is restarted. */
  url: string;
  /** The folder with the data. */
  location: string;
  /** The server's process now; it changes when the server had to be restarted. */
  readonly pid: number;
  /** Resolves when PostgreSQL is gone for good: stopped, or not to be started again. Never rejects. */
  exited: Promise<ServerEnd>;
  /** Stops PostgreSQL, at most ten seconds long. Safe to call twice. */
  stop(): Promise<void>;
};

/** Where root keeps what PostgreSQL's account cannot reach elsewhere. */
const SHARED_DIR = '/var/lib/banter';

/**
 * Starts PostgreSQL on the data folder: made at the first start, recovered after a crash.
 * @throws Error in words that say what is wrong with the folder, the machine or PostgreSQL, and what to do.
 */
export async function startEmbedded({
  dataDir,
  log,
  settings = {},
}: EmbeddedOptions): Promise<EmbeddedServer> {
  const folder = resolve(dataDir);
  await createDataDir(folder);
  const account = await findOsAccount(await ownerOf(join(folder, 'postgres')));
  const launcher = await findLauncher();
  const binaries = await findBinaries({ account, copyInto: account ? SHARED_DIR : folder, log });
  const place = await findClusterLocation(folder, account, SHARED_DIR);
  await prepareCluster(place, { dataDir: folder, account, binaries, launcher, log });
  const cluster = await realpath(place.cluster);
  return start({ dataDir: folder, cluster, program: binaries.postgres, account, launcher, settings, log });
}

/** The address of the PostgreSQL that a running server has on this data folder; null where none runs. */
export async function findRunningServer(dataDir: string): Promise<string | null> {
  const socketDir = await lastSocketDir(resolve(dataDir));
  return socketDir === null ? null : findBanterDatabase(socketDir);
}

type StartOptions = Omit<PostmasterOptions, 'socketDir'> & { dataDir: string };

async function start({ dataDir, ...options }: StartOptions): Promise<EmbeddedServer> {
  const { cluster, account, log } = options;
  const socketDir = await createSocketDir(dataDir, account);
  const removeSocketDir = () => rm(socketDir, { recursive: true, force: true });
  const startAgain = async () => {
    await reclaimCluster(cluster, log);
    await clearSocketDir(socketDir, account);
    return startPostmaster({ ...options, socketDir });
  };
  const server = await orAfter(superviseServer({ start: startAgain, log }), removeSocketDir);
  const stop = async () => {
    await server.stop();
    await removeSocketDir();
  };
  const url = await orAfter(openBanterDatabase(socketDir), stop);
  return {
    url,
    location: cluster,
    get pid() {
      return server.pid();
    },
    exited: server.ended,
    stop,
  };
}

/** What `work` gives; when it fails, its error comes after `cleanUp`. */
async function orAfter<T>(work: Promise<T>, cleanUp: () => Promise<void>): Promise<T> {
  return work.catch(async (error: unknown) => {
    await cleanUp();
    throw error;
  });
}

async function ownerOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ uid }) => uid,
    () => undefined,
  );
}
