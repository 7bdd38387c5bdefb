// node script/dev.mjs: the server from source, restarted on change, and Vite's dev server with its live page.
// Ctrl-C, a SIGTERM, or the end of either ends both.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './command.mjs';

const children = [
  start('node', ['--watch', '-C', 'source', '--import', 'tsx', 'packages/server/src/main.ts'], root),
  start(join(root, 'node_modules/.bin/vite'), [], join(root, 'packages/web')),
];

const ending = new AbortController();
ending.signal.addEventListener('abort', endAll);
for (const child of children) child.on('exit', () => ending.abort());
process.on('SIGINT', () => ending.abort()).on('SIGTERM', () => ending.abort());

/**
 * In a process group of its own: Ctrl-C would reach the server twice, from the terminal and from its watcher, and a
 * second signal ends it in the middle of its stop.
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function start(command, args, cwd) {
  return spawn(command, args, { cwd, stdio: 'inherit', detached: true });
}

function endAll() {
  for (const child of children) if (child.exitCode === null) child.kill('SIGTERM');
}
