// Starts the optional reference servers, which are built outside this project: see bench/README.md.

import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';
import { startServer } from './process.mjs';

/** @typedef {{ target: import('../load/sockets.mjs').Target, stop(): Promise<void> }} ReferenceServer */

/** The programs in the folder. */
const PROGRAMS = ['hub', 'floor'];

/**
 * Checks that the folder has all programs.
 * @param {string} folder
 * @throws {Error} that names a missing program
 */
export function checkReference(folder) {
  for (const name of PROGRAMS) {
    try {
      accessSync(join(folder, name), constants.X_OK);
    } catch {
      throw new Error(`REFERENCE: ${resolve(folder, name)} is not a program. See bench/README.md.`);
    }
  }
}

/**
 * Starts the reference hub in Go.
 * @param {string} folder
 * @param {string} [databaseUrl] if given, the hub inserts each message before it delivers it; otherwise it stores nothing
 * @returns {Promise<ReferenceServer>}
 */
export async function startReferenceHub(folder, databaseUrl) {
  const program = resolve(folder, 'hub');
  const env = { DB: databaseUrl === undefined ? '' : toConnectionString(databaseUrl) };
  const { port, pid, stop } = await startServer(() => [program], env, null);
  return { target: { port, path: '/ws', serverPid: pid }, stop };
}

/**
 * Starts the floor: the lowest cost of a single-threaded epoll server.
 * @param {string} folder
 * @returns {Promise<ReferenceServer>}
 */
export async function startFloor(folder) {
  const program = resolve(folder, 'floor');
  const { port, pid, stop } = await startServer((port) => [program, String(port)], {}, null);
  return { target: { port, path: '/', serverPid: pid }, stop };
}

/**
 * Returns a URL as libpq keywords, because not every driver reads a Unix socket from a URL.
 * @param {string} url of PostgreSQL on a Unix socket
 */
function toConnectionString(url) {
  const { username, hostname, port, pathname } = new URL(url);
  const [host, database] = [decodeURIComponent(hostname), pathname.slice(1)];
  return `host=${host} port=${port} user=${username} dbname=${database} sslmode=disable`;
}
