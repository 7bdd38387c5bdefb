// Runs other programs. All scripts use this, so that every program ends with its caller or its time-out.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. Scripts run programs from here, wherever they were called. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** The time between SIGTERM and SIGKILL, in milliseconds. */
const KILL_AFTER_MS = 5_000;

/**
 * @typedef {object} Options
 * @property {string} [cwd] the folder to run in; the repository's root by default
 * @property {Record<string, string | undefined>} [env] added to this process's environment
 * @property {boolean} [quiet] collect the output instead of printing it
 * @property {number} [timeoutMs] after this time the program and all its children are ended
 */

/**
 * Runs a program to its end. It runs in its own process group, so that a time-out or Ctrl-C ends its children too.
 * @param {string} command
 * @param {string[]} args
 * @param {Options} [options]
 * @returns {Promise<{ code: number, output: string }>} the exit code: 127 if it could not start, 124 if it timed out
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
 * Returns the time since a moment in a readable form, such as `0.4 s`.
 * @param {number} sinceMs a reading of performance.now()
 */
export function secondsSince(sinceMs) {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}

/**
 * Ends the child's process group when it times out, or when this process gets a signal to end.
 * @param {import('node:child_process').ChildProcess} child
 * @param {number | undefined} timeoutMs
 * @returns {() => boolean} stops watching; returns true if the child timed out
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
 * Sends a signal to the child and all its children.
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function signalGroup(child, signal) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}
