// Starts the naive server of naive-server.mjs.

import { startServer } from './process.mjs';

/**
 * Starts a server.
 * @param {string} databaseUrl
 * @returns {Promise<{ target: import('../load/sockets.mjs').Target, stop(): Promise<void> }>}
 */
export async function startNaive(databaseUrl) {
  const commandLine = [process.execPath, 'bench/servers/naive-server.mjs'];
  const { port, pid, stop } = await startServer(() => commandLine, { DATABASE_URL: databaseUrl }, null);
  return { target: { port, path: '/', serverPid: pid }, stop };
}
