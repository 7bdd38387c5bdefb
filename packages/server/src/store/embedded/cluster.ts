/** The folder with the data itself: whether this PostgreSQL can use it, and how it is made. */

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

/** The account that PostgreSQL itself has for its owner; banter signs in as another. */
export const SUPERUSER = 'postgres';

const MAJOR_VERSION = '18';
const UNFINISHED = 'postgres.unfinished-';

const REASON_LINES = 6;

/** Sort order and case folding come from PostgreSQL itself, so that an upgrade of the C library changes nothing. */
const INITDB_FLAGS = [
  `--username=${SUPERUSER}`,
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--auth-local=trust',
  '--auth-host=reject',
];

export type ClusterOptions = {
  dataDir: string;
  account: OsAccount | null;
  binaries: Binaries;
  launcher: Launcher;
  log: StoreLog;
};

/**
 * Makes sure that a complete cluster of this version is in its place.
 * @throws Error when the one that is there cannot be used, or none can be made; it says what to do.
 */
export async function prepareCluster(
  { cluster, exists, needsLink, movesFrom }: ClusterLocation,
  options: ClusterOptions,
): Promise<void> {
  // What is no database of ours is left where it is.
  if (movesFrom !== null) await checkVersion(movesFrom);
  await explainFileErrors(dirname(cluster), async () => {
    if (needsLink && !exists) await claimClusterLocation(options.dataDir, cluster);
    if (movesFrom !== null) await moveHere(movesFrom, cluster, options);
    if (exists || movesFrom !== null) await giveTo(cluster, options.account);
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

async function moveHere(from: string, cluster: string, { log }: ClusterOptions): Promise<void> {
  log('info', `moving the database from ${from} to ${cluster}`);
  await removeUnfinished(dirname(cluster));
  await moveFolder(from, cluster, join(dirname(cluster), `${UNFINISHED}${process.pid}`));
  await syncFolder(dirname(cluster));
}

/** A cluster that came from elsewhere, say from a backup, is given to the account that shall run it. */
async function giveTo(cluster: string, account: OsAccount | null): Promise<void> {
  const { uid } = await stat(cluster);
  const runner = account?.uid ?? process.getuid?.();
  if (runner !== undefined && uid !== runner) {
    if (!account)
      throw new Error(
        `${cluster} belongs to another account (uid ${uid}): start banter as that one or as root`,
      );
    await runProgram('chown', ['-R', `${account.uid}:${account.gid}`, cluster]);
  }
  if (await canEnter(cluster, account)) return;
  throw new Error(
    `PostgreSQL's account ${account?.name ?? ''} cannot enter ${cluster}: its parent folders are closed to it. ` +
      'Open them (chmod a+x), or move that folder to where it can go and make a link to it in its place',
  );
}

/** Made under another name and moved when it is complete: a start that was killed leaves nothing half done. */
async function createCluster(cluster: string, options: ClusterOptions): Promise<void> {
  const parent = dirname(cluster);
  await removeUnfinished(parent);
  const unfinished = join(parent, `${UNFINISHED}${process.pid}`);
  await mkdir(unfinished, { mode: 0o700 });
  if (options.account) await chown(unfinished, options.account.uid, options.account.gid);
  options.log('info', `making a new database in ${cluster}`);
  await initialise(unfinished, options);
  await rename(unfinished, cluster);
  await syncFolder(parent);
}

/** The killed start's initdb, told to end, may still be clearing up the same files: then it is tried again. */
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
  // What comes before its last lines is a friendly report.
  const reason = output.trim().split('\n').slice(-REASON_LINES).join('\n');
  throw new Error(`The database could not be made in ${dirname(folder)}:\n${reason}`);
}

/** The rename itself must survive a power failure. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}

async function checkVersion(cluster: string): Promise<void> {
  const text = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => null);
  if (text === null) {
    throw new Error(`${cluster} is not a database of PostgreSQL: move it away to begin with an empty one`);
  }
  const version = text.trim();
  if (version === MAJOR_VERSION) return;
  throw new Error(
    `The database in ${cluster} was made by PostgreSQL ${version}, and this banter brings PostgreSQL ${MAJOR_VERSION}. ` +
      `Either start a PostgreSQL ${version} server on that folder and set DATABASE_URL to it; or dump it from there with ` +
      'pg_dump, move the folder away, start banter once, and load the dump',
  );
}
