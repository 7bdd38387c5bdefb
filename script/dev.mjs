// node script/dev.mjs: runs the server from source, restarted on every change, and Vite's dev server for the page.
// Ctrl-C or SIGTERM ends both, and so does the end of one of them.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { root } from './command.mjs';

const host = process.env.HOST || '127.0.0.1';
const port = await checkPort(Number(process.env.PORT || 8080)).catch((error) => {
  // Under the watcher the server would print this error and then wait for a change of its files.
  const reason =
    error.code === 'EADDRINUSE'
      ? 'another program uses this port. Stop it, or set PORT to another one.'
      : error.message;
  process.stderr.write(
    `make dev cannot start the server on ${host}:${process.env.PORT || 8080}: ${reason}\n`,
  );
  process.exit(1);
});

const SERVER = ['--watch', '-C', 'source', '--import', 'tsx', 'packages/server/src/main.ts'];
const children = [
  start('node', SERVER, root, { PORT: String(port) }),
  // packages/web/vite.config.ts reads DEV_SERVER.
  start(join(root, 'node_modules/.bin/vite'), [], join(root, 'packages/web'), { DEV_SERVER: urlOf(port) }),
];

const ending = new AbortController();
ending.signal.addEventListener('abort', endAll);
for (const child of children) child.on('exit', () => ending.abort());
process.on('SIGINT', () => ending.abort()).on('SIGTERM', () => ending.abort());

/**
 * Checks that the server can listen on a port.
 * @param {number} wanted 0 chooses a free one
 * @returns {Promise<number>} the port; rejects if it cannot be used
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
 * Returns the URL of the server for this machine.
 * @param {number} at
 */
function urlOf(at) {
  const name = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${at}`;
}

/**
 * Starts a program in its own process group. In the terminal's group, Ctrl-C would reach the server twice, from the
 * terminal and from its watcher, and the second signal would end it before it has stopped cleanly.
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
