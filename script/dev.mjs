// node script/dev.mjs: the server from source, restarted on change, and Vite's dev server with its live page.
// Ctrl-C, a SIGTERM, or the end of either ends both.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { root } from './command.mjs';

const host = process.env.HOST || '127.0.0.1';
const port = await checkPort(Number(process.env.PORT || 8080)).catch((error) => {
  // Under its watcher the server would only say so, and wait for a change of its files.
  const reason =
    error.code === 'EADDRINUSE' ? 'another program listens there: stop it, or set PORT' : error.message;
  process.stderr.write(
    `make dev cannot start the server on ${host}:${process.env.PORT || 8080}: ${reason}\n`,
  );
  process.exit(1);
});

const SERVER = ['--watch', '-C', 'source', '--import', 'tsx', 'packages/server/src/main.ts'];
const children = [
  start('node', SERVER, root, { PORT: String(port) }),
  // Read by packages/web/vite.config.ts.
  start(join(root, 'node_modules/.bin/vite'), [], join(root, 'packages/web'), { DEV_SERVER: urlOf(port) }),
];

const ending = new AbortController();
ending.signal.addEventListener('abort', endAll);
for (const child of children) child.on('exit', () => ending.abort());
process.on('SIGINT', () => ending.abort()).on('SIGTERM', () => ending.abort());

/**
 * Whether the server can listen there.
 * @param {number} wanted 0 takes a free one
 * @returns {Promise<number>}
 */
function checkPort(wanted) {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(wanted, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : wanted));
    });
  });
}

/**
 * Where this machine reaches the server.
 * @param {number} at
 */
function urlOf(at) {
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${at}`;
}

/**
 * In a process group of its own: Ctrl-C would reach the server twice, from the terminal and from its watcher, and a
 * second signal ends it in the middle of its stop.
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @param {Record<string, string>} env added to this process's environment
 */
function start(command, args, cwd, env) {
  return spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit', detached: true });
}

function endAll() {
  for (const child of children) if (child.exitCode === null) child.kill('SIGTERM');
}
