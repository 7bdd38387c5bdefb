// The machine: which core does what, and what a process has spent.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Linux counts a process's time in hundredths of a second (USER_HZ), on every architecture. */
const TICKS_PER_SECOND = 100;

const TASKSET = '/usr/bin/taskset';

/** The server that is measured has a core of its own; the load has another, and PostgreSQL a third where there is one. */
export const CORES = { server: 0, load: 1, postgres: cpus().length > 2 ? 2 : 1 };

/** One line on the machine, for the page. */
export const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.version}`;

/**
 * A command line that stays on one core, where the machine can do that.
 * @param {number} core
 * @param {string[]} commandLine
 * @returns {string[]}
 */
export function onCore(core, commandLine) {
  return existsSync(TASKSET) ? [TASKSET, '--cpu-list', String(core), ...commandLine] : commandLine;
}

/**
 * Moves this process, and what it starts from now on, to one core, where the machine can do that.
 * @param {number} core
 */
export function moveToCore(core) {
  if (!existsSync(TASKSET)) return;
  execFileSync(TASKSET, ['--all-tasks', '--cpu-list', '--pid', String(core), String(process.pid)], {
    stdio: 'ignore',
  });
}

/**
 * The processor time a process has used, user and system.
 * @param {number} pid
 * @returns {number} seconds; NaN where there is no /proc
 */
export function cpuSeconds(pid) {
  const [user = Number.NaN, system = Number.NaN] = ticksOf(pid);
  return (user + system) / TICKS_PER_SECOND;
}

/**
 * The same of a process with all its children and theirs, also of those that have ended.
 * @param {number} pid
 * @returns {number} seconds; NaN where there is no /proc
 */
export function treeCpuSeconds(pid) {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return cpuSeconds(pid);
  const children = readdirSync(tasks).flatMap((task) => childrenOf(`${tasks}/${task}/children`));
  const own = ticksOf(pid).reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND;
  return children.reduce((sum, child) => sum + orNothing(treeCpuSeconds(child)), own);
}

/**
 * The time that one core has worked, for whomever.
 * @param {number} core
 * @returns {number} seconds; NaN where there is no /proc
 */
export function coreSeconds(core) {
  const file = '/proc/stat';
  if (!existsSync(file)) return Number.NaN;
  const [user, nice, system, _idle, _waiting, interrupt, softInterrupt] =
    new RegExp(`^cpu${core} (.*)$`, 'm').exec(readFileSync(file, 'utf8'))?.[1]?.split(' ').map(Number) ?? [];
  const ticks = [user, nice, system, interrupt, softInterrupt].reduce(
    (sum = 0, part = Number.NaN) => sum + part,
    0,
  );
  return (ticks ?? Number.NaN) / TICKS_PER_SECOND;
}

/**
 * The memory of a process that lies in RAM.
 * @param {number} pid
 * @returns {number} bytes; NaN where there is no /proc
 */
export function residentBytes(pid) {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return Number.NaN;
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? Number.NaN) * 1024;
}

/** How many sockets one process may hold: Node raises its own limit of descriptors to the hard one by itself. */
export function socketsPerProcess() {
  const KEPT_FOR_FILES = 200;
  const file = '/proc/self/limits';
  if (!existsSync(file)) return 1_000;
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync(file, 'utf8'))?.[1];
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard) - KEPT_FOR_FILES;
}

/**
 * @param {number} pid
 * @returns {number[]} user and system, then the same of its children that have ended; none where there is no /proc
 */
function ticksOf(pid) {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return [];
  // The second field is the program's name in brackets, which may hold spaces.
  const fields = readFileSync(file, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return fields.slice(11, 15).map(Number);
}

/** @param {string} file */
function childrenOf(file) {
  // A task may have ended since it was listed.
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

/** @param {number} value */
function orNothing(value) {
  return Number.isNaN(value) ? 0 : value;
}
