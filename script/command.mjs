// Running other programs: one way for every script, so that each ends with its caller and none outlives its time.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root folder; every script works from here, wherever it was called. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** How long a child that was asked to end may take before it is killed, in milliseconds. */
const KILL_AFTER_MS = 5_000;

/**
 * @typedef {object} Options
 * @property {string} [cwd] where to run; the repository's root when not given
 * @property {Record<string, string | undefined>} [env] added to this process's environment
 * @property {boolean} [quiet] collect the output instead of passing it on
 * @property {number} [timeoutMs] the program, and all it started, is ended after this long
 */

/**
 * Runs a program to its end. It gets a process group of its own, so that a time-out or Ctrl-C ends all it started.
 * @param {string} command
 * @param {string[]} args
 * @param {Options} [options]
 * @returns {Promise<{ code: number, output: string }>} 127 when it could not be started, 124 when its time ran out
 */
export function run(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  }
  const stopWatching = watch(child, options.timeoutMs);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 127, output: `${command}: ${error.message}\n` }));
    child.on('close', (code) => resolve({ code: stopWatching() ? 124 : (code ?? 1), output }));
  });
}

/**
 * Runs a program of node_modules/.bin.
 * @param {string} name
 * @param {string[]} args
 * @param {Options} [options]
 */
export function runTool(name, args, options) {
  return run(`${root}/node_modules/.bin/${name}`, args, options);
}

/**
 * How long something took, for people: `0.4 s`.
 * @param {number} sinceMs a reading of performance.now()
 */
export function secondsSince(sinceMs) {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}

/**
 * Ends the child's process group when its time is over or when this process is told to end.
 * @param {import('node:child_process').ChildProcess} child
 * @param {number | undefined} timeoutMs
 * @returns {() => boolean} stops watching; true when the time ran out
 */
function watch(child, timeoutMs) {
  let timedOut = false;
  const end = () => {
    signalGroup(child, 'SIGTERM');
    setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS).unref();
  };
  const onTimeout = () => {
    timedOut = true;
    end();
  };
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    signalGroup(child, signal);
    process.exitCode = 130;
    setTimeout(() => process.exit(130), KILL_AFTER_MS).unref();
  };
  const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs);
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return () => {
    clearTimeout(timer);
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    return timedOut;
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The group is gone already, which is what was wanted.
  }
}
