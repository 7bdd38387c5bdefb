// The load generator runs as a process of its own, on a core that the servers do not use.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { CORES, onCore } from '../machine.mjs';

const script = fileURLToPath(new URL('main.mjs', import.meta.url));

/**
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
  if (code !== 0) throw new Error(`the load generator ended with ${code}`);
  return JSON.parse(output);
}
