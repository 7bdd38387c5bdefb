// node script/dev.mjs: the server from source, restarted on change, and Vite's dev server with its live page.
// Ctrl-C, a SIGTERM, or the end of either ends both.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './command.mjs';

const children = [
  start('node', ['--watch', '-C', 'source', '--import', 'tsx', 'packages/server/src/main.ts'], root),
  start(join(root, 'node_modules/.bin/vite'), [], join(root, 'packages/web')),
];

for (const child of children) child.on('exit', () => endAll('SIGTERM'));
process.on('SIGINT', () => endAll('SIGINT')).on('SIGTERM', () => endAll('SIGTERM'));

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function start(command, args, cwd) {
  return spawn(command, args, { cwd, stdio: 'inherit' });
}

/** @param {NodeJS.Signals} signal */
function endAll(signal) {
  for (const child of children) if (child.exitCode === null) child.kill(signal);
}
