// The machine: assigns cores, and reads processor time and memory from /proc.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Linux counts a process's time in hundredths of a second (USER_HZ), on every architecture. */
const TICKS_PER_SECOND = 100;

const TASKSET = '/usr/bin/taskset';

/** The measured server has its own core, the load generator another, and PostgreSQL a third if the machine has one. */
export const CORES = { server: 0, load: 1, postgres: cpus().length > 2 ? 2 : 1 };

/** One line about the machine, for the page. */
export const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.version}`;

/**
 * Returns a command line that runs on one core, or the same one on a machine without taskset.
 * @param {number} core
 * @param {string[]} commandLine
 * @returns {string[]}
 */
export function onCore(core, commandLine) {
  return existsSync(TASKSET) ? [TASKSET, '--cpu-list', String(core), ...commandLine] : commandLine;
}

/**
 * Moves this process and its future children to one core, on a machine with taskset.
 * @param {number} core
 */
export function moveToCore(core) {
  if (!existsSync(TASKSET)) return;
  execFileSync(TASKSET, ['--all-tasks', '--cpu-list', '--pid', String(core), String(process.pid)], {
    stdio: 'ignore',
  });
}

/**
 * Returns the processor time of a process, user and system together.
 * @param {number} pid
 * @returns {number} seconds; NaN without /proc
 */
export function cpuSeconds(pid) {
  const [user = Number.NaN, system = Number.NaN] = ticksOf(pid);
  return (user + system) / TICKS_PER_SECOND;
}

/**
 * Returns the processor time of a process and all its descendants, including those that have ended.
 * @param {number} pid
 * @returns {number} seconds; NaN without /proc
 */
export function treeCpuSeconds(pid) {
  if (ticksOf(pid).length === 0) return Number.NaN;
  const ticks = treePids(pid).flatMap(ticksOf);
  return ticks.reduce((sum, part) => sum + part, 0) / TICKS_PER_SECOND;
}

/**
 * Returns a process and all its descendants that run now.
 * @param {number} pid
 * @returns {number[]} ids of processes; only the given one without /proc
 */
export function treePids(pid) {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return [pid];
  const children = readdirSync(tasks).flatMap((task) => childrenOf(`${tasks}/${task}/children`));
  return [pid, ...children.flatMap(treePids)];
}

/**
 * Returns the time that the whole machine has been busy, with the time that its host gave to others.
 * @returns {number} seconds, summed over the cores; NaN without /proc
 */
export function machineSeconds() {
  const file = '/proc/stat';
  if (!existsSync(file)) return Number.NaN;
  const [user = 0, nice = 0, system = 0, _idle, _waiting, interrupt = 0, softInterrupt = 0, stolen = 0] =
    /^cpu +(.*)$/m.exec(readFileSync(file, 'utf8'))?.[1]?.split(' ').map(Number) ?? [];
  return (user + nice + system + interrupt + softInterrupt + stolen) / TICKS_PER_SECOND;
}

/**
 * Returns the time that a core has been busy, for all processes.
 * @param {number} core
 * @returns {number} seconds; NaN without /proc
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
 * Returns the memory of a process in RAM.
 * @param {number} pid
 * @returns {number} bytes; NaN without /proc
 */
export function residentBytes(pid) {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return Number.NaN;
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? Number.NaN) * 1024;
}

/** Returns how many sockets one process may hold. Node raises its own soft limit of descriptors to the hard one. */
export function socketsPerProcess() {
  const KEPT_FOR_FILES = 200;
  const file = '/proc/self/limits';
  if (!existsSync(file)) return 1_000;
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(readFileSync(file, 'utf8'))?.[1];
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard) - KEPT_FOR_FILES;
}

/**
 * @param {number} pid
 * @returns {number[]} user and system, then the same for its ended children; empty without /proc
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
  // A task may have ended after it was listed.
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}
