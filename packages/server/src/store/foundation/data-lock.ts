/** One server at a time on a data folder. */

import { spawn } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createDataDir, explainFileErrors } from '../embedded/data-dir.ts';

export type DataLock = {
  /** Gives the folder free; also happens when this process ends, in whatever way. Safe to call twice. */
  release(): void;
};

/** Its content is for people and for the second server's message; the lock is the kernel's, on the open file. */
const LOCK_FILE = 'server.lock';
/** Without `flock` the file itself is the lock. */
const PID_FILE = 'server.pid';
/** What `flock` ends with when somebody else holds the lock; anything else above 0 means that it cannot lock here. */
const HELD_BY_ANOTHER = 1;

/**
 * Locks the data folder, and makes it when it is missing.
 * @throws Error naming the folder and the process that has it, or what is wrong with the folder.
 */
export async function lockDataDir(dataDir: string): Promise<DataLock> {
  const folder = resolve(dataDir);
  await createDataDir(folder);
  return explainFileErrors(folder, async () => (await lockWithKernel(folder)) ?? lockWithPidFile(folder));
}

/**
 * A lock of the kernel's cannot go stale. Node cannot take one, but util-linux's flock can take it on a file that
 * is open here: it belongs to the open file, so it outlives flock and ends with this process. Other children of ours
 * do not get the file, because Node opens it close-on-exec. Gives null where that does not work.
 */
async function lockWithKernel(folder: string): Promise<DataLock | null> {
  const path = join(folder, LOCK_FILE);
  const file = openSync(path, 'a+', 0o600);
  const code = await flock(file);
  if (code === 0) {
    ftruncateSync(file);
    writeSync(file, `${process.pid}\n`);
    return { release: once(() => closeSync(file)) };
  }
  closeSync(file);
  if (code === HELD_BY_ANOTHER) throw heldError(folder, readPid(path));
  return null;
}

function flock(file: number): Promise<number | null> {
  return new Promise((done) => {
    const child = spawn('flock', ['-n', '3'], { stdio: ['ignore', 'ignore', 'ignore', file] });
    child.on('error', () => done(null));
    child.on('exit', (code) => done(code));
  });
}

function lockWithPidFile(folder: string): DataLock {
  const path = join(folder, PID_FILE);
  const holder = readPid(path);
  if (holder !== null && holder !== process.pid && isAlive(holder)) throw heldError(folder, holder);
  rmSync(path, { force: true });
  // Exclusively: of two that found the same stale file, one fails here.
  writeFileSync(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
  return { release: once(() => rmSync(path, { force: true })) };
}

function heldError(folder: string, pid: number | null): Error {
  const holder = pid === null ? 'another process' : `the process ${pid}`;
  return new Error(
    `The data folder ${folder} is in use by ${holder}: one server at a time. ` +
      'Stop that one first, or set DATA_DIR to another folder.',
  );
}

function readPid(path: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
    return Number.isNaN(pid) ? null : pid;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
