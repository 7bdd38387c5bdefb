/** The data folder: everything that banter keeps on this machine. */

import { chmod, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Only the owner may enter. */
const PRIVATE_MODE = 0o700;
/** Under root, PostgreSQL runs as another account, which must be able to pass. Secret files have their own modes. */
const PASSABLE_MODE = 0o711;

/** Explanations of the file system's error codes. */
const REASONS: Record<string, string> = {
  EACCES: 'permission was denied: give it to the account that runs banter',
  EPERM: 'permission was denied: give it to the account that runs banter',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  ENOTDIR: 'part of the path is not a folder',
  EEXIST: 'part of the path is not a folder',
};

/**
 * Creates the folder if it is missing, and its parents with the usual mode.
 * @throws Error that names the folder and says why it cannot be used.
 */
export async function createDataDir(dataDir: string): Promise<void> {
  await explainFileErrors(dataDir, async () => {
    await mkdir(dirname(dataDir), { recursive: true });
    await mkdir(dataDir, { mode: PRIVATE_MODE }).catch(ignoreExisting);
    const { uid } = await stat(dataDir);
    if (process.getuid?.() === 0 && uid === 0) await createPassableDir(dataDir);
  });
}

/** Creates a folder that other accounts may pass through, whatever the umask; opens an existing one as far. */
export async function createPassableDir(path: string): Promise<void> {
  await mkdir(path, { recursive: true });
  const { mode } = await stat(path);
  await chmod(path, (mode & 0o7777) | PASSABLE_MODE);
}

/** Runs `work` on `path`. @throws Error that names `path` and explains the file system's error. */
export async function explainFileErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = REASONS[code];
    if (reason === undefined) throw error;
    throw new Error(`The folder ${path} cannot be used: ${reason}. Set DATA_DIR to use another one.`, {
      cause: error,
    });
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
