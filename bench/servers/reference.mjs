// Servers that are built outside of the project, for who has them: see bench/README.md.

import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';
import { startServer } from './process.mjs';

/** @typedef {{ target: import('../load/sockets.mjs').Target, stop(): Promise<void> }} ReferenceServer */

/** The programs in the folder of references. */
const PROGRAMS = ['hub', 'floor'];

/**
 * @param {string} folder
 * @throws {Error} naming the program that is missing
 */
export function checkReference(folder) {
  for (const name of PROGRAMS) {
    try {
      accessSync(join(folder, name), constants.X_OK);
    } catch {
      throw new Error(
        `REFERENCE: ${resolve(folder, name)} is no program: bench/README.md says how to build it`,
      );
    }
  }
}

/**
 * The reference hub in Go.
 * @param {string} folder
 * @param {string} [databaseUrl] with one, it inserts each message before it passes it on; else it stores nothing
 * @returns {Promise<ReferenceServer>}
 */
export async function startReferenceHub(folder, databaseUrl) {
  const program = resolve(folder, 'hub');
  const env = { DB: databaseUrl === undefined ? '' : toConnectionString(databaseUrl) };
  const { port, pid, stop } = await startServer(() => [program], env, null);
  return { target: { port, path: '/ws', serverPid: pid }, stop };
}

/**
 * The floor: the least that a single-threaded epoll server can spend.
 * @param {string} folder
 * @returns {Promise<ReferenceServer>}
 */
export async function startFloor(folder) {
  const program = resolve(folder, 'floor');
  const { port, pid, stop } = await startServer((port) => [program, String(port)], {}, null);
  return { target: { port, path: '/', serverPid: pid }, stop };
}

/** @param {string} url of PostgreSQL, on a unix socket: libpq's keywords say that in a way that every driver reads */
function toConnectionString(url) {
  const { username, hostname, port, pathname } = new URL(url);
  const [host, database] = [decodeURIComponent(hostname), pathname.slice(1)];
  return `host=${host} port=${port} user=${username} dbname=${database} sslmode=disable`;
}
