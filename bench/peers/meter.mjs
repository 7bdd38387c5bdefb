// Measures the processor time of a server with all its processes, of PostgreSQL beside it, and of everybody else.

import { setTimeout as pause } from 'node:timers/promises';
import { cpuSeconds, machineSeconds, treeCpuSeconds } from '../machine.mjs';

/** Linux counts in hundredths of a second, and several counters are subtracted from each other. */
const CLOCK_ERROR_SECONDS = 0.03;
const SAMPLE_MS = 700;
const WAIT_MS = 2_000;
const TRIES = 8;

/** @typedef {{ server: number, postgres: number, load: number }} Processes ids */
/** @typedef {{ seconds: number, serverSeconds: number, postgresSeconds: number, loadBusy: number, othersBusy: number }} Reading */

/**
 * Starts a meter.
 * @param {Processes} processes
 * @returns {() => Reading} returns the time used since the start. Busy is a share of one core
 */
export function startMeter(processes) {
  const before = countersOf(processes);
  return () => {
    const after = countersOf(processes);
    const spent = (/** @type {keyof typeof after} */ name) => after[name] - before[name];
    const seconds = spent('clock');
    const others = spent('machine') - spent('server') - spent('postgres') - spent('load') - spent('own');
    return {
      seconds,
      serverSeconds: spent('server'),
      postgresSeconds: spent('postgres'),
      loadBusy: spent('load') / seconds,
      othersBusy: Math.max(0, others - CLOCK_ERROR_SECONDS) / seconds,
    };
  };
}

/**
 * Waits until the machine is quiet, for some twenty seconds at most.
 * @param {number} limit the share of a core that may be busy
 * @returns {Promise<number>} the last measured share
 */
export async function waitForQuiet(limit) {
  let busy = Number.NaN;
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (tries > 0) await pause(WAIT_MS);
    const before = machineSeconds();
    await pause(SAMPLE_MS);
    busy = (machineSeconds() - before) / (SAMPLE_MS / 1_000);
    if (!(busy > limit)) break;
  }
  return busy;
}

/** @param {Processes} processes */
function countersOf({ server, postgres, load }) {
  const { user, system } = process.cpuUsage();
  return {
    clock: performance.now() / 1_000,
    server: treeCpuSeconds(server),
    postgres: treeCpuSeconds(postgres),
    load: cpuSeconds(load),
    own: (user + system) / 1e6,
    machine: machineSeconds(),
  };
}
