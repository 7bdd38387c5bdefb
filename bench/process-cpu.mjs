// What a process has spent, and where it may run.

import { existsSync, readFileSync } from 'node:fs';

/** Linux counts a process's time in hundredths of a second (USER_HZ), on every architecture. */
const TICKS_PER_SECOND = 100;

const TASKSET = '/usr/bin/taskset';

/**
 * The processor time a process has used, user and system.
 * @param {number} pid
 * @returns {number} seconds; NaN where there is no /proc
 */
export function cpuSeconds(pid) {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return Number.NaN;
  // The second field is the program's name in brackets, which may hold spaces.
  const fields = readFileSync(file, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/**
 * A command line that stays on one core, where the machine can do that.
 * @param {number} core
 * @param {string[]} commandLine
 * @returns {string[]}
 */
export function onCore(core, commandLine) {
  return existsSync(TASKSET) ? [TASKSET, '--cpu-list', String(core), ...commandLine] : commandLine;
}
