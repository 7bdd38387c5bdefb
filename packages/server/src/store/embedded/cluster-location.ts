/** Where the data are: in the data folder, or where PostgreSQL's account can reach them. */

import { createHash, randomUUID } from 'node:crypto';
import { lstat, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createPassableDir } from './data-dir.ts';
import { canEnter } from './folder-access.ts';
import type { OsAccount } from './os-account.ts';

/** In the data folder: the cluster, or a link to it. */
export const CLUSTER_NAME = 'postgres';

/** The same in the data folder and beside a cluster that is kept elsewhere: they belong together. */
const MARK_FILE = 'postgres.id';
/** Hex characters of a data folder's hash that name its folder elsewhere. */
const KEY_CHARS = 16;

/**
 * Where the cluster is or will be. `needsLink`: it is elsewhere, and no link says so yet. `movesFrom`: it lies in the
 * data folder, say out of a backup, and is to be moved to where PostgreSQL's account can reach it.
 */
export type ClusterLocation = {
  cluster: string;
  exists: boolean;
  needsLink: boolean;
  movesFrom: string | null;
};

/**
 * Finds the cluster of a data folder, or a place for it: inside, or where PostgreSQL's account cannot reach that
 * (a checkout in root's own home), in a folder of `sharedDir` that is always the same for this data folder.
 * @throws Error when the data folder's link points nowhere, or another cluster lies in that place.
 */
export async function findClusterLocation(
  dataDir: string,
  account: OsAccount | null,
  sharedDir: string,
): Promise<ClusterLocation> {
  const entry = join(dataDir, CLUSTER_NAME);
  const found = await lstat(entry).catch(() => null);
  const place = { cluster: entry, exists: found !== null, needsLink: false, movesFrom: null };
  if (found?.isSymbolicLink()) return { ...place, cluster: await follow(entry) };
  if (await canEnter(dataDir, account)) return place;
  const cluster = join(sharedDir, await keyOf(dataDir), CLUSTER_NAME);
  const isTaken = (await lstat(cluster).catch(() => null)) !== null;
  if (isTaken && found) throw takenError(cluster, entry);
  if (isTaken && !(await isMarked(dataDir, cluster))) throw strangerError(cluster, entry);
  return { cluster, exists: isTaken, needsLink: true, movesFrom: found ? entry : null };
}

/** Makes the place elsewhere, and marks it as this data folder's, before there is a cluster in it. */
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
      'or remove the link to begin with an empty database';
    throw new Error(message, { cause });
  });
}

async function keyOf(dataDir: string): Promise<string> {
  const hash = createHash('sha256').update(await realpath(dataDir));
  return hash.digest('hex').slice(0, KEY_CHARS);
}

async function isMarked(dataDir: string, cluster: string): Promise<boolean> {
  const [ours, theirs] = await Promise.all(
    [dataDir, dirname(cluster)].map((folder) => readFile(join(folder, MARK_FILE), 'utf8').catch(() => null)),
  );
  return ours !== null && ours === theirs;
}

/** A restored cluster takes nobody's place: the other one may be the only copy of what came after the backup. */
function takenError(cluster: string, entry: string): Error {
  return new Error(
    `PostgreSQL's account cannot enter the data folder, so the database in ${entry} would be moved to ${cluster}; ` +
      `but another database lies there. To keep that one aside: mv ${cluster} ${cluster}.before\n` +
      `To remove it for good: rm -rf ${cluster}\nThen start again.`,
  );
}

/** An emptied data folder should begin anew, but a lost link should not: only people know which of them it is. */
function strangerError(cluster: string, entry: string): Error {
  return new Error(
    `The data folder ${dirname(entry)} has no database, but ${cluster} holds one that was made for a folder of that name. ` +
      `To go on with it: ln -s ${cluster} ${entry}\n` +
      `To remove it for good and begin with an empty one: rm -rf ${cluster}\nThen start again.`,
  );
}
