/** After a crash: ends a PostgreSQL that was left running, and removes its stale lock file. */

import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoreLog } from '../database/store-log.ts';
import { runProgram } from './run-program.ts';

const LOCK_FILE = 'postmaster.pid';
const POLL_MS = 20;
/** The signals to an orphan, and how long it may take to end after each. */
const STEPS: { signal: NodeJS.Signals; waitMs: number }[] = [
  { signal: 'SIGINT', waitMs: 20_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

/**
 * Frees the cluster in the folder `cluster` for a new start. The caller holds the data folder's lock, so a PostgreSQL that
 * still runs here belongs to a dead server.
 * @throws Error when one of its processes cannot be ended.
 */
export async function reclaimCluster(cluster: string, log: StoreLog): Promise<void> {
  const postmaster = await readPostmaster(cluster);
  if (postmaster === null) return;
  for (const { signal, waitMs } of STEPS) {
    const left = await processesOf(cluster, postmaster);
    if (left.length === 0) break;
    log('warn', 'ending a PostgreSQL that an earlier server left running', { pids: left, signal });
    sendSignal(left.includes(postmaster) ? [postmaster] : left, signal);
    await waitUntilGone(cluster, postmaster, waitMs);
  }
  const left = await processesOf(cluster, postmaster);
  if (left.length > 0)
    throw new Error(
      `PostgreSQL's processes ${left.join(', ')} in ${cluster} do not end: kill them, then start again`,
    );
  await rm(join(cluster, LOCK_FILE), { force: true });
}

/** Lists the ids of the processes of the postmaster that was started in `cluster`, without zombies. */
export async function processesOf(cluster: string, postmaster: number): Promise<number[]> {
  if (process.platform !== 'linux') return (await isPostmaster(cluster, postmaster)) ? [postmaster] : [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const isOurs = await Promise.all(pids.map((pid) => isInFolder(pid, cluster)));
  return pids.filter((_, index) => isOurs[index]);
}

/** Reads the postmaster's process id: the first line of postmaster.pid. */
async function readPostmaster(cluster: string): Promise<number | null> {
  const text = await readFile(join(cluster, LOCK_FILE), 'utf8').catch(() => null);
  return text === null ? null : Number.parseInt(text, 10);
}

/** Whether a process has `folder` as its working directory. False for a zombie or another account's process. */
async function isInFolder(pid: number, folder: string): Promise<boolean> {
  return (await readlink(`/proc/${pid}/cwd`).catch(() => null)) === folder;
}

/** For systems without /proc: whether the process with this id is a postgres started on this folder. */
async function isPostmaster(cluster: string, pid: number): Promise<boolean> {
  const { output } = await runProgram('ps', ['-o', 'command=', '-p', String(pid)]);
  return output.includes('postgres') && output.includes(cluster);
}

async function waitUntilGone(cluster: string, postmaster: number, waitMs: number): Promise<void> {
  for (let waited = 0; waited < waitMs; waited += POLL_MS) {
    if ((await processesOf(cluster, postmaster)).length === 0) return;
    await delay(POLL_MS);
  }
}

function sendSignal(pids: number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // The process has ended meanwhile.
    }
  }
}
