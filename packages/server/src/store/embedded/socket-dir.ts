/** The folder of PostgreSQL's unix socket: private, with a path short enough for a socket address. */

import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { canEnter } from './folder-access.ts';
import type { OsAccount } from './os-account.ts';

const PREFIX = 'banter-';
const NAME = /^banter-[A-Za-z0-9]{6}$/;
/** A file in the data folder with the path of the last server's folder, since a crash leaves that behind. */
const NOTE_FILE = 'postgres.socket';
/** A socket address holds 107 bytes, and the longest name in the folder is `/.s.PGSQL.5432.lock`. */
const PATH_MAX_BYTES = 107 - 19;

/**
 * Creates a new folder, and removes the one that the last server left behind.
 * @throws Error when no temporary folder has a short enough path and can be entered by the account.
 */
export async function createSocketDir(dataDir: string, account: OsAccount | null): Promise<string> {
  const note = join(dataDir, NOTE_FILE);
  const old = await lastSocketDir(dataDir);
  if (old !== null) await rm(old, { recursive: true, force: true });
  const path = await mkdtemp(join(await findParent(account), PREFIX));
  await clearSocketDir(path, account);
  await writeFile(note, `${path}\n`, { mode: 0o600 });
  return path;
}

/** Returns the folder that the last server used, or that the running one uses; null when there was none. */
export async function lastSocketDir(dataDir: string): Promise<string | null> {
  const noted = (await readFile(join(dataDir, NOTE_FILE), 'utf8').catch(() => '')).trim();
  return NAME.test(basename(noted)) ? noted : null;
}

/** Empties the folder, or creates it again: a dead server's socket lock would stop the next one. */
export async function clearSocketDir(path: string, account: OsAccount | null): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { mode: 0o700 });
  if (account) await chown(path, account.uid, account.gid);
}

async function findParent(account: OsAccount | null): Promise<string> {
  const candidates = [...new Set([tmpdir(), '/tmp', '/var/tmp'])];
  for (const parent of candidates) {
    const bytes = Buffer.byteLength(join(parent, `${PREFIX}XXXXXX`));
    if (bytes <= PATH_MAX_BYTES && (await canEnter(parent, account))) return parent;
  }
  throw new Error(`No temporary folder (${candidates.join(', ')}) can hold PostgreSQL's socket: set TMPDIR`);
}
