/** The built-in PostgreSQL: durable, on a private socket, started and kept running by this process. */

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

/** How to start the embedded PostgreSQL. */
export type EmbeddedOptions = {
  /** The data folder; created if missing. The caller holds its lock. */
  dataDir: string;
  log: StoreLog;
  /** Server settings that override ours: for tests. */
  settings?: Readonly<Record<string, string>>;
};

/** A running embedded PostgreSQL. */
export type EmbeddedServer = {
  /** The address of the database. It stays the same when PostgreSQL is restarted. */
  url: string;
  /** The folder of the cluster. */
  location: string;
  /** The id of the server's process. It changes when PostgreSQL is restarted. */
  readonly pid: number;
  /** Resolves when PostgreSQL was stopped, or could not be started again. Never rejects. */
  exited: Promise<ServerEnd>;
  /** Stops PostgreSQL; takes at most ten seconds. Safe to call twice. */
  stop(): Promise<void>;
};

/** As root: the folder for programs and data that PostgreSQL's account cannot reach elsewhere. */
const SHARED_DIR = '/var/lib/banter';

/**
 * Starts PostgreSQL on the data folder. The first start creates the database; a start after a crash recovers it.
 * @throws Error that says what is wrong with the folder, the machine or PostgreSQL, and what to do.
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
  const location = await findClusterLocation(folder, account, SHARED_DIR);
  await prepareCluster(location, { dataDir: folder, account, binaries, launcher, log });
  const cluster = await realpath(location.cluster);
  return start({ dataDir: folder, cluster, program: binaries.postgres, account, launcher, settings, log });
}

/** Returns the address of the PostgreSQL that already runs on this data folder; null when none runs. */
export async function findRunningServer(dataDir: string): Promise<string | null> {
  const socketDir = await lastSocketDir(resolve(dataDir));
  return socketDir === null ? null : findBanterDatabase(socketDir);
}

type StartOptions = Omit<PostmasterOptions, 'socketDir'> & { dataDir: string };

async function start({ dataDir, ...options }: StartOptions): Promise<EmbeddedServer> {
  const { cluster, account, log } = options;
  const socketDir = await createSocketDir(dataDir, account);
  const removeSocketDir = () => rm(socketDir, { recursive: true, force: true });
  const startClean = async () => {
    await reclaimCluster(cluster, log);
    await clearSocketDir(socketDir, account);
    return startPostmaster({ ...options, socketDir });
  };
  const server = await cleaningUp(superviseServer({ start: startClean, log }), removeSocketDir);
  const stop = async () => {
    await server.stop();
    await removeSocketDir();
  };
  const url = await cleaningUp(openBanterDatabase(socketDir), stop);
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

/** Waits for `work`. If it fails, runs `cleanUp` and then throws its error. */
async function cleaningUp<T>(work: Promise<T>, cleanUp: () => Promise<void>): Promise<T> {
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
