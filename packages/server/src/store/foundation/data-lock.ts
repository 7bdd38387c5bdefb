/** Locks a data folder, so that only one server uses it at a time. */

import { spawn } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createDataDir, explainFileErrors } from '../embedded/data-dir.ts';

/** A lock on a data folder. */
export type DataLock = {
  /** Unlocks the folder. The end of this process does that too, however it ends. Safe to call twice. */
  release(): void;
};

/** The kernel locks the open file. Its content, a process id, is for people and for the error of a second server. */
const LOCK_FILE = 'server.lock';
/** Without `flock`, the existence of this file is the lock. */
const PID_FILE = 'server.pid';
/** The exit code of `flock` when another process has the lock. Any other code above 0 means that it cannot lock here. */
const HELD_BY_ANOTHER = 1;

/**
 * Locks the data folder; creates it if it is missing.
 * @throws Error that names the folder and the process that uses it, or says what is wrong with the folder.
 */
export async function lockDataDir(dataDir: string): Promise<DataLock> {
  const folder = resolve(dataDir);
  await createDataDir(folder);
  return explainFileErrors(folder, async () => (await lockWithKernel(folder)) ?? lockWithPidFile(folder));
}

/**
 * Locks with the kernel, so that the lock cannot go stale. Node has no call for that, but util-linux's flock can lock a
 * file that is open here. The lock belongs to the open file: it outlives flock and ends with this process. Other child
 * processes do not inherit the file, because Node opens it close-on-exec. Returns null if this does not work here.
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
  if (code === HELD_BY_ANOTHER) throw inUseError(folder, readPid(path));
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
  if (holder !== null && holder !== process.pid && isAlive(holder)) throw inUseError(folder, holder);
  rmSync(path, { force: true });
  // With `wx`, one of two servers that found the same stale file fails here.
  writeFileSync(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
  return { release: once(() => rmSync(path, { force: true })) };
}

function inUseError(folder: string, pid: number | null): Error {
  const holder = pid === null ? 'another process' : `process ${pid}`;
  return new Error(
    `The data folder ${folder} is in use by ${holder}: only one server can use it at a time. ` +
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
