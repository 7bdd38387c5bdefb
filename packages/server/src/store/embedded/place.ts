/** Where the data are: in the data folder, or where PostgreSQL's account can reach them. */

import { createHash } from 'node:crypto';
import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, canEnter } from './account.ts';

/** In the data folder: the cluster, or a link to it. */
export const CLUSTER_NAME = 'postgres';

/** Hex characters of a data folder's hash that name its folder elsewhere. */
const KEY_CHARS = 16;

/** Where the cluster is or will be; `needsLink`: it is elsewhere, and no link says so yet. */
export type Place = { cluster: string; exists: boolean; needsLink: boolean };

/**
 * Finds the cluster of a data folder, or a place for it: inside, or where PostgreSQL's account cannot reach that
 * (a checkout in root's own home), in a folder of `sharedDir` that is always the same for this data folder.
 * @throws Error when the data folder's link points nowhere.
 */
export async function findPlace(dataDir: string, account: Account | null, sharedDir: string): Promise<Place> {
  const entry = join(dataDir, CLUSTER_NAME);
  const found = await lstat(entry).catch(() => null);
  if (found) return { cluster: await follow(entry), exists: true, needsLink: false };
  if (await canEnter(dataDir, account)) return { cluster: entry, exists: false, needsLink: false };
  const key = createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex')
    .slice(0, KEY_CHARS);
  const cluster = join(sharedDir, key, CLUSTER_NAME);
  return { cluster, exists: (await lstat(cluster).catch(() => null)) !== null, needsLink: true };
}

async function follow(entry: string): Promise<string> {
  return realpath(entry).catch((cause: unknown) => {
    const message =
      `${entry} points to a folder that is missing: restore that folder from a backup, ` +
      'or remove the link to begin with an empty database';
    throw new Error(message, { cause });
  });
}
