/** After a crash: ends a PostgreSQL that was left behind, and removes locks that nobody holds any more. */

import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { StoreLog } from '../database/store-log.ts';
import { runProgram } from './run-program.ts';

const LOCK_FILE = 'postmaster.pid';
const POLL_MS = 20;
/** An orphan is asked to stop, then told, then killed; it may take so long each time. */
const STEPS: { signal: NodeJS.Signals; waitMs: number }[] = [
  { signal: 'SIGINT', waitMs: 20_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

/**
 * Makes the cluster in the folder `cluster` free to be started. The caller holds the data folder's lock, so a
 * PostgreSQL that still runs here belongs to a server that is gone.
 * @throws Error when a process of it cannot be ended.
 */
export async function reclaimCluster(cluster: string, log: StoreLog): Promise<void> {
  const postmaster = await readPostmaster(cluster);
  if (postmaster === null) return;
  for (const { signal, waitMs } of STEPS) {
    const left = await processesOf(cluster, postmaster);
    if (left.length === 0) break;
    log('warn', 'ending the PostgreSQL that an earlier server left behind', { pids: left, signal });
    sendSignal(left.includes(postmaster) ? [postmaster] : left, signal);
    await waitUntilGone(cluster, postmaster, waitMs);
  }
  const left = await processesOf(cluster, postmaster);
  if (left.length > 0)
    throw new Error(`PostgreSQL's processes ${left.join(', ')} in ${cluster} cannot be ended`);
  await rm(join(cluster, LOCK_FILE), { force: true });
}

/** The processes that a postmaster started in `cluster` has: zombies, which hold nothing, are left out. */
export async function processesOf(cluster: string, postmaster: number): Promise<number[]> {
  if (process.platform !== 'linux') return (await isPostmaster(cluster, postmaster)) ? [postmaster] : [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const works = await Promise.all(pids.map((pid) => worksIn(pid, cluster)));
  return pids.filter((_, index) => works[index]);
}

/** The first line of postmaster.pid is the number of the process that wrote it. */
async function readPostmaster(cluster: string): Promise<number | null> {
  const text = await readFile(join(cluster, LOCK_FILE), 'utf8').catch(() => null);
  return text === null ? null : Number.parseInt(text, 10);
}

/** A zombie's link cannot be read any more, a foreign account's neither: neither is ours. */
async function worksIn(pid: number, folder: string): Promise<boolean> {
  return (await readlink(`/proc/${pid}/cwd`).catch(() => null)) === folder;
}

/** Without /proc: whether the process with that number is a postgres started for this folder. */
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
      // It ended by itself in between, which is what was wanted.
    }
  }
}
