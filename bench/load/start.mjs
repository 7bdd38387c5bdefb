// Starts the load generator in its own process, on a core that the servers do not use.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CORES, onCore } from '../machine.mjs';

const script = fileURLToPath(new URL('main.mjs', import.meta.url));

/**
 * Runs a plan.
 * @param {import('./main.mjs').Plan} plan
 * @returns {Promise<Record<string, number>>} its figures
 */
export async function runLoad(plan) {
  const [command = 'node', ...args] = onCore(CORES.load, [process.execPath, script]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  child.stdin.end(JSON.stringify(plan));
  const output = await text(child.stdout);
  const [code] = await exited;
  if (code !== 0) throw new Error(`the load generator exited with ${code}`);
  return JSON.parse(output);
}
