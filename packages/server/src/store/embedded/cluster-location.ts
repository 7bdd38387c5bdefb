/** Finds the cluster's folder: in the data folder, or in a folder that PostgreSQL's account can reach. */

import { createHash, randomUUID } from 'node:crypto';
import { lstat, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createPassableDir } from './data-dir.ts';
import { canEnter } from './folder-access.ts';
import type { OsAccount } from './os-account.ts';

/** The name of the cluster in the data folder, or of the link to it. */
export const CLUSTER_NAME = 'postgres';

/** A file with the same id in the data folder and next to a cluster elsewhere: they belong together. */
const MARK_FILE = 'postgres.id';
/** How many hex characters of a data folder's hash name its folder elsewhere. */
const HASH_CHARS = 16;

/**
 * The path where the cluster is or will be. `needsLink`: it is outside the data folder, and the link to it is missing.
 * `movesFrom`: it is in the data folder, perhaps from a backup, and must move to where PostgreSQL's account can reach it.
 */
export type ClusterLocation = {
  cluster: string;
  exists: boolean;
  needsLink: boolean;
  movesFrom: string | null;
};

/**
 * Finds the location of a data folder's cluster. It is inside the data folder; or, when PostgreSQL's account cannot reach
 * that (say a checkout in root's home), in a subfolder of `sharedDir` that is always the same for this data folder.
 * @throws Error when the data folder's link is broken, or another cluster is at that location.
 */
export async function findClusterLocation(
  dataDir: string,
  account: OsAccount | null,
  sharedDir: string,
): Promise<ClusterLocation> {
  const entry = join(dataDir, CLUSTER_NAME);
  const found = await lstat(entry).catch(() => null);
  const inside = { cluster: entry, exists: found !== null, needsLink: false, movesFrom: null };
  if (found?.isSymbolicLink()) return { ...inside, cluster: await follow(entry) };
  if (await canEnter(dataDir, account)) return inside;
  const cluster = join(sharedDir, await hashOf(dataDir), CLUSTER_NAME);
  const isTaken = (await lstat(cluster).catch(() => null)) !== null;
  if (isTaken && found) throw occupiedError(cluster, entry);
  if (isTaken && !(await isMarked(dataDir, cluster))) throw unmarkedError(cluster, entry);
  return { cluster, exists: isTaken, needsLink: true, movesFrom: found ? entry : null };
}

/** Creates the parent folder of a cluster outside the data folder, and marks it as belonging to this data folder. */
export async function claimClusterLocation(dataDir: string, cluster: string): Promise<void> {
  const parent = dirname(cluster);
  for (const path of [dirname(parent), parent]) await createPassableDir(path);
  const mark = `${randomUUID()}\n`;
  for (const folder of [parent, dataDir]) await writeFile(join(folder, MARK_FILE), mark, { mode: 0o600 });
}

async function follow(entry: string): Promise<string> {
  return realpath(entry).catch((cause: unknown) => {
    const message =
      `${entry} points to a folder that is missing: restore that folder from a backup, ` +
      'or remove the link to start with an empty database';
    throw new Error(message, { cause });
  });
}

async function hashOf(dataDir: string): Promise<string> {
  const hash = createHash('sha256').update(await realpath(dataDir));
  return hash.digest('hex').slice(0, HASH_CHARS);
}

async function isMarked(dataDir: string, cluster: string): Promise<boolean> {
  const [ours, theirs] = await Promise.all(
    [dataDir, dirname(cluster)].map((folder) => readFile(join(folder, MARK_FILE), 'utf8').catch(() => null)),
  );
  return ours !== null && ours === theirs;
}

/** A restored cluster replaces no other: that one may be the only copy of what came after the backup. */
function occupiedError(cluster: string, entry: string): Error {
  return new Error(
    `PostgreSQL's account cannot enter the data folder, so the database in ${entry} would be moved to ${cluster}; ` +
      `but another database is there. To keep that one: mv ${cluster} ${cluster}.before\n` +
      `To remove it for good: rm -rf ${cluster}\nThen start again.`,
  );
}

/** Either the data folder was emptied on purpose, or its link was lost. Only the operator knows which. */
function unmarkedError(cluster: string, entry: string): Error {
  return new Error(
    `The data folder ${dirname(entry)} has no database, but ${cluster} has one that was created for a folder of that name. ` +
      `To use it: ln -s ${cluster} ${entry}\n` +
      `To remove it for good and start with an empty one: rm -rf ${cluster}\nThen start again.`,
  );
}
