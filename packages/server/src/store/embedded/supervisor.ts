/** Keeps one PostgreSQL server running: when it ends without being asked to, it is started again. */

import { setTimeout as delay } from 'node:timers/promises';
import type { StoreLog } from '../database/store-log.ts';
import type { Postmaster } from './postmaster.ts';

/** Why there is no server any more: it was stopped, or could not be started again. */
export type ServerEnd = { reason: 'stopped' } | { reason: 'failed'; error: Error };

export type Supervisor = {
  /** The server's process, another one after a restart. */
  pid(): number;
  /** Resolves when the server is gone for good; never rejects. */
  ended: Promise<ServerEnd>;
  /** Stops it, also in the middle of a restart. Safe to call twice. */
  stop(): Promise<void>;
};

/**
 * Waits before each attempt to start again; after the last one, an hour later, it is given up. A disk that is full is
 * often full for longer than a few tries, and once there is space people should not have to wait for the next one.
 */
const RESTART_DELAYS_MS = [0, 200, 500, 1_000, 2_000, ...Array<number>(1_200).fill(3_000)];

export type SupervisorOptions = {
  /** Starts a server, and cleans up after the last one before that. */
  start: () => Promise<Postmaster>;
  log: StoreLog;
  restartDelaysMs?: number[];
};

/** Starts the server and watches it. @throws what the first start throws. */
export async function superviseServer({
  start,
  log,
  restartDelaysMs = RESTART_DELAYS_MS,
}: SupervisorOptions): Promise<Supervisor> {
  let current = await start();
  const stopping = new AbortController();

  async function watch(): Promise<ServerEnd> {
    for (;;) {
      const exit = await current.exited;
      if (stopping.signal.aborted) return { reason: 'stopped' };
      log('error', 'PostgreSQL ended unexpectedly: starting it again', { ...exit, pid: current.pid });
      const outcome = await restart({ start, log, restartDelaysMs }, stopping.signal);
      if ('reason' in outcome) return outcome;
      current = outcome;
      if (stopping.signal.aborted) await current.stop();
      else log('info', 'PostgreSQL runs again', { pid: current.pid });
    }
  }

  const ended = watch();
  return {
    pid: () => current.pid,
    ended,
    async stop() {
      stopping.abort();
      await current.stop();
      await ended;
    },
  };
}

async function restart(
  { start, log, restartDelaysMs }: Required<SupervisorOptions>,
  signal: AbortSignal,
): Promise<Postmaster | ServerEnd> {
  let failure = new Error('PostgreSQL was not started again');
  for (const delayMs of restartDelaysMs) {
    // An aborted wait is the stop that was asked for.
    await delay(delayMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return { reason: 'stopped' };
    try {
      return await start();
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      log('error', failure.message);
    }
  }
  return { reason: 'failed', error: failure };
}
