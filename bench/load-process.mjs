// The load generator runs as a process of its own, on a core that the servers do not use.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onCore } from './process-cpu.mjs';

/** The core of the load; the servers have core 0. */
const LOAD_CORE = 1;

const script = fileURLToPath(new URL('load.mjs', import.meta.url));

/**
 * @param {import('./load.mjs').Load} load
 * @returns {Promise<import('./load.mjs').Outcome>}
 */
export async function runLoad(load) {
  const [command = 'node', ...args] = onCore(LOAD_CORE, [process.execPath, script, JSON.stringify(load)]);
  const { stdout } = await promisify(execFile)(command, args);
  return JSON.parse(stdout);
}
