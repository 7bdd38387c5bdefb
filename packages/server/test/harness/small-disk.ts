/** A disk that a test can fill and empty again: a small file system in memory, or a limit on what processes may write. */

import { execFile } from 'node:child_process';
import { appendFileSync, rmSync, truncateSync } from 'node:fs';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type SmallDisk = {
  readonly path: string;
  /** How it is made, for the report. */
  readonly kind: string;
  /** Leaves no byte free until `empty`. `pids`: whose writes fail, where there is no file system to fill. */
  fill(pids: () => Promise<readonly number[]>): Promise<void>;
  empty(): Promise<void>;
  close(): Promise<void>;
};

const run = promisify(execFile);
/** How often a full disk is topped up, and whoever was started meanwhile is found. */
const AGAIN_MS = 50;
const CHUNKS = [1024 * 1024, 4096, 1].map((bytes) => Buffer.alloc(bytes));

/** @param bytes its size. Mounting needs root; without it the kernel's limit on file sizes stands in. */
export async function openSmallDisk(bytes: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'banter-disk-'));
  // PostgreSQL's account must be able to enter it.
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

/** Every write to a file fails, as on a full disk, but with EFBIG; PostgreSQL and Node both go on after the signal of it. */
function limitedDisk(path: string): SmallDisk {
  const limited = new Set<number>();
  let pidsOf: () => Promise<readonly number[]> = async () => [];
  const look = async () => {
    for (const pid of await pidsOf()) {
      if (!limited.has(pid)) await limit(pid, '0');
      limited.add(pid);
    }
  };
  const topUp = again(() => void look());
  return {
    path,
    kind: 'a limit on file sizes (mounting is refused here)',
    async fill(pids) {
      pidsOf = pids;
      await look();
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

/** As the process's own account: not even root may everywhere limit another's. A process that has gone needs no limit. */
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
