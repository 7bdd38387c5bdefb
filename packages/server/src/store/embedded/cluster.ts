/** The cluster: the folder with PostgreSQL's data. Checks that this PostgreSQL can use it, or creates it. */

import { chown, mkdir, open, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StoreLog } from '../database/store-log.ts';
import type { Binaries } from './binaries.ts';
import { CLUSTER_NAME, type ClusterLocation, claimClusterLocation } from './cluster-location.ts';
import { explainFileErrors } from './data-dir.ts';
import { canEnter } from './folder-access.ts';
import type { Launcher } from './launcher.ts';
import { moveFolder } from './move-folder.ts';
import type { OsAccount } from './os-account.ts';
import { runProgram } from './run-program.ts';

/** PostgreSQL's own superuser. banter signs in as another account. */
export const SUPERUSER = 'postgres';

const MAJOR_VERSION = '18';
/** A cluster that is being created or moved has this prefix, and the id of the process after it. */
const UNFINISHED = 'postgres.unfinished-';
/** How many of initdb's last lines an error quotes. */
const REASON_LINES = 6;

/** PostgreSQL's built-in locale: an upgrade of the C library cannot change sort order or case folding. */
const INITDB_FLAGS = [
  `--username=${SUPERUSER}`,
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--auth-local=trust',
  '--auth-host=reject',
];

/** How to prepare a cluster. `account`: PostgreSQL's, null for the account of this process. */
export type ClusterOptions = {
  dataDir: string;
  account: OsAccount | null;
  binaries: Binaries;
  launcher: Launcher;
  log: StoreLog;
};

/**
 * Makes sure that there is a complete cluster of this version at the location: creates it, moves it or checks it.
 * @throws Error that says what to do when the existing cluster cannot be used, or none can be created.
 */
export async function prepareCluster(
  { cluster, exists, needsLink, movesFrom }: ClusterLocation,
  options: ClusterOptions,
): Promise<void> {
  // A folder that is not our database stays where it is.
  if (movesFrom !== null) await checkVersion(movesFrom);
  await explainFileErrors(dirname(cluster), async () => {
    if (needsLink && !exists) await claimClusterLocation(options.dataDir, cluster);
    if (movesFrom !== null) await moveCluster(movesFrom, cluster, options);
    if (exists || movesFrom !== null) await ensureOwner(cluster, options.account);
    else await createCluster(cluster, options);
  });
  await checkVersion(cluster);
  if (!needsLink) return;
  await symlink(cluster, join(options.dataDir, CLUSTER_NAME));
  options.log(
    'info',
    `the database is kept in ${cluster}, because PostgreSQL's account cannot enter the data folder`,
  );
}

async function moveCluster(from: string, cluster: string, { log }: ClusterOptions): Promise<void> {
  log('info', `moving the database from ${from} to ${cluster}`);
  await removeUnfinished(dirname(cluster));
  await moveFolder(from, cluster, join(dirname(cluster), `${UNFINISHED}${process.pid}`));
  await syncFolder(dirname(cluster));
}

/** Gives the cluster to the account that will run it: a restored backup may belong to another one. */
async function ensureOwner(cluster: string, account: OsAccount | null): Promise<void> {
  const { uid } = await stat(cluster);
  const runner = account?.uid ?? process.getuid?.();
  if (runner !== undefined && uid !== runner) {
    if (!account)
      throw new Error(
        `${cluster} belongs to another account (uid ${uid}): start banter as that account or as root`,
      );
    await runProgram('chown', ['-R', `${account.uid}:${account.gid}`, cluster]);
  }
  if (await canEnter(cluster, account)) return;
  throw new Error(
    `PostgreSQL's account ${account?.name ?? ''} cannot enter ${cluster}, because it may not enter a parent folder. ` +
      'Open the parent folders (chmod a+x), or move the cluster to a folder that it can enter and leave a link in its place',
  );
}

/** Creates the cluster under another name and renames it when it is complete, in case this process is killed. */
async function createCluster(cluster: string, options: ClusterOptions): Promise<void> {
  const parent = dirname(cluster);
  await removeUnfinished(parent);
  const unfinished = join(parent, `${UNFINISHED}${process.pid}`);
  await mkdir(unfinished, { mode: 0o700 });
  if (options.account) await chown(unfinished, options.account.uid, options.account.gid);
  options.log('info', `creating a new database in ${cluster}`);
  await initialise(unfinished, options);
  await rename(unfinished, cluster);
  await syncFolder(parent);
}

/** Retries: the initdb of a killed start may still be deleting the same files. */
async function removeUnfinished(parent: string): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(UNFINISHED));
  const options = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 };
  for (const name of names) await rm(join(parent, name), options);
}

async function initialise(folder: string, { binaries, account, launcher }: ClusterOptions): Promise<void> {
  const [program = '', ...args] = [...launcher, binaries.initdb, ...INITDB_FLAGS, `--pgdata=${folder}`];
  const { code, output } = await runProgram(program, args, { account });
  if (code === 0) return;
  await rm(folder, { recursive: true, force: true });
  // The lines before the last ones report progress.
  const reason = output.trim().split('\n').slice(-REASON_LINES).join('\n');
  throw new Error(`The database could not be created in ${dirname(folder)}:\n${reason}`);
}

/** Makes a rename in this folder survive a power failure. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

async function checkVersion(cluster: string): Promise<void> {
  const text = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => null);
  if (text === null) {
    throw new Error(`${cluster} is not a PostgreSQL database: move it away to start with an empty one`);
  }
  const version = text.trim();
  if (version === MAJOR_VERSION) return;
  throw new Error(
    `The database in ${cluster} was created by PostgreSQL ${version}, but this banter includes PostgreSQL ${MAJOR_VERSION}. ` +
      `Either start a PostgreSQL ${version} server on that folder and set DATABASE_URL to it; or dump the database with ` +
      'pg_dump, move the folder away, start banter once, and load the dump',
  );
}
