// Starts a server to be measured, on the servers' core and on a free port.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { until } from '../load/wait.mjs';
import { CORES, onCore } from '../machine.mjs';

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @typedef {{ port: number, pid: number, stop(): Promise<void> }} Running */

/**
 * Starts a server and waits until it is ready.
 * @param {(port: number) => string[]} commandLine
 * @param {Record<string, string>} env added to PORT and this process's environment
 * @param {string | null} readyPath a path that succeeds once the server is ready; null if it is ready when it listens
 * @param {number} [givenPort] a free port, for a server that reads it from a file
 * @returns {Promise<Running>}
 */
export async function startServer(commandLine, env, readyPath, givenPort) {
  const port = givenPort ?? (await freePort());
  const [command = '', ...args] = onCore(CORES.server, commandLine(port));
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const isUp = await until(() => isReady(port, readyPath), START_TIMEOUT_MS, POLL_MS);
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  if (isUp && child.pid !== undefined) return { port, pid: child.pid, stop };
  await stop();
  throw new Error(`${commandLine(port).join(' ')} was not ready within ${START_TIMEOUT_MS / 1_000} s`);
}

/**
 * @param {number} port
 * @param {string | null} readyPath
 */
async function isReady(port, readyPath) {
  if (readyPath === null) return listens(port);
  return fetch(`http://127.0.0.1:${port}${readyPath}`).then(
    (answer) => answer.ok,
    () => false,
  );
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function listens(port) {
  return new Promise((resolve) => {
    const probe = connect(port, '127.0.0.1');
    probe.on('error', () => resolve(false));
    probe.on('connect', () => {
      probe.destroy();
      resolve(true);
    });
  });
}

/**
 * Returns a port of loopback that is free now.
 * @returns {Promise<number>}
 */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}
