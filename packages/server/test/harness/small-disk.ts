/** A disk that a test can fill and empty: a small file system in memory, or a limit on the size of files. */

import { execFile } from 'node:child_process';
import { appendFileSync, rmSync, truncateSync } from 'node:fs';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The disk. */
export type SmallDisk = {
  readonly path: string;
  /** The kind of disk, for the report. */
  readonly kind: string;
  /** Leaves no byte free until `empty`. Without a file system to fill, the writes of `pids` fail. */
  fill(pids: () => Promise<readonly number[]>): Promise<void>;
  /** Frees the space again. */
  empty(): Promise<void>;
  /** Removes the disk. */
  close(): Promise<void>;
};

const run = promisify(execFile);
/** The period for filling the disk again, and for finding new processes. */
const AGAIN_MS = 50;
const CHUNKS = [1024 * 1024, 4096, 1].map((bytes) => Buffer.alloc(bytes));

/** Opens a disk of this size. Mounting needs root. Without it, this uses the kernel's limit on file sizes. */
export async function openSmallDisk(bytes: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'banter-disk-'));
  // PostgreSQL's account must be able to enter the folder.
  await chmod(path, 0o755);
  return run('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=755`, 'tmpfs', path]).then(
    () => filledDisk(path),
    () => limitedDisk(path),
  );
}

function filledDisk(path: string): SmallDisk {
  const filler = join(path, 'filler');
  const topUp = again(() => {
    for (const chunk of CHUNKS) appendUntilFull(filler, chunk);
  });
  return {
    path,
    kind: 'a tmpfs',
    fill: async () => topUp.start(),
    async empty() {
      topUp.stop();
      truncateSync(filler);
      rmSync(filler);
    },
    async close() {
      topUp.stop();
      await run('umount', ['--lazy', path]);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Lets every write to a file fail with EFBIG. PostgreSQL and Node both survive its signal. */
function limitedDisk(path: string): SmallDisk {
  const limited = new Set<number>();
  let pidsOf: () => Promise<readonly number[]> = async () => [];
  const limitNew = async () => {
    for (const pid of await pidsOf()) {
      if (!limited.has(pid)) await limit(pid, '0');
      limited.add(pid);
    }
  };
  const topUp = again(() => void limitNew());
  return {
    path,
    kind: 'a limit on file sizes, because mounting is not allowed',
    async fill(pids) {
      pidsOf = pids;
      await limitNew();
      topUp.start();
    },
    async empty() {
      topUp.stop();
      await Promise.all([...limited, ...(await pidsOf())].map((pid) => limit(pid, 'unlimited')));
    },
    async close() {
      topUp.stop();
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Sets the limit as the process's own account, because even root may not be allowed to. Skips an ended process. */
async function limit(pid: number, soft: '0' | 'unlimited'): Promise<void> {
  const owner = await stat(`/proc/${pid}`).catch(() => null);
  if (!owner) return;
  const { uid, gid } = owner;
  const account = process.getuid?.() === 0 ? { uid, gid } : {};
  await run('prlimit', ['--pid', String(pid), `--fsize=${soft}:unlimited`], account).catch((error) => {
    if (!String(error).includes('No such process')) throw error;
  });
}

function again(act: () => void): { start(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    start() {
      act();
      timer = setInterval(act, AGAIN_MS);
    },
    stop: () => clearInterval(timer),
  };
}

function appendUntilFull(file: string, chunk: Buffer): void {
  try {
    for (;;) appendFileSync(file, chunk);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
