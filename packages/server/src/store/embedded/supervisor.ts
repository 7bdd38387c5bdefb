/** Keeps one PostgreSQL server running: restarts it when it ends unexpectedly. */

import { setTimeout as delay } from 'node:timers/promises';
import type { StoreLog } from '../database/store-log.ts';
import type { Postmaster } from './postmaster.ts';

/** Why the server is gone: it was stopped, or could not be restarted. */
export type ServerEnd = { reason: 'stopped' } | { reason: 'failed'; error: Error };

/** A server that is restarted when needed. */
export type Supervisor = {
  /** Returns the id of the server's process. It changes with a restart. */
  pid(): number;
  /** Resolves when the server was stopped or could not be restarted. Never rejects. */
  ended: Promise<ServerEnd>;
  /** Stops the server, even during a restart. Safe to call twice. */
  stop(): Promise<void>;
};

/**
 * The wait before each attempt to restart. The last one comes after about an hour: a full disk often stays full for
 * longer than a few attempts, and once it has space, people should not wait long for the next one.
 */
const RESTART_DELAYS_MS = [0, 200, 500, 1_000, 2_000, ...Array<number>(1_200).fill(3_000)];

/** How to start a server, and how often to try. */
export type SupervisorOptions = {
  /** Cleans up after the previous server and starts one. */
  start: () => Promise<Postmaster>;
  log: StoreLog;
  restartDelaysMs?: number[];
};

/** Starts the server and watches it. @throws the error of the first start. */
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
      log('error', 'PostgreSQL ended unexpectedly: restarting it', { ...exit, pid: current.pid });
      const outcome = await restart({ start, log, restartDelaysMs }, stopping.signal);
      if ('reason' in outcome) return outcome;
      current = outcome;
      if (stopping.signal.aborted) await current.stop();
      else log('info', 'PostgreSQL is running again', { pid: current.pid });
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
  let failure = new Error('PostgreSQL was not restarted');
  for (const delayMs of restartDelaysMs) {
    // The wait rejects when `stop` aborts it.
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
