// node script/build.mjs: builds every package whose input files changed since its last successful build.

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runTool, secondsSince } from './command.mjs';

/** The folder of the stamps of successful builds. It is outside dist, because the server serves the page's dist. */
const STAMPS = join(root, 'node_modules/.cache/banter-build');

/** Folders with SQL in the store. The server reads them from the folder of its modules. */
const SQL_FOLDERS = ['migrations', 'schema'];

/** Folders and files that no build reads. */
const NOT_INPUT = /^(dist|node_modules|test)$|\.test\.tsx?$/;

/**
 * @typedef {object} Part
 * @property {string} name the folder under packages/
 * @property {string[]} uses parts that are built before this one; a change in one rebuilds this one
 * @property {() => Promise<{ code: number, output: string }>} build
 */

/** @type {Part[]} */
const parts = [
  { name: 'protocol', uses: [], build: () => compile('protocol') },
  { name: 'client', uses: ['protocol'], build: () => compile('client') },
  { name: 'server', uses: ['protocol'], build: buildServer },
  { name: 'web', uses: ['protocol', 'client'], build: () => bundle('web') },
];

for (const part of parts) await bringUpToDate(part);

/** @param {Part} part */
async function bringUpToDate(part) {
  const stampFile = join(STAMPS, part.name);
  const dist = join(root, 'packages', part.name, 'dist');
  const stamp = stampOf(part);
  if (existsSync(dist) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  const startedMs = performance.now();
  rmSync(stampFile, { force: true });
  rmSync(dist, { recursive: true, force: true });
  const { code, output } = await part.build();
  if (code !== 0) {
    process.stderr.write(`${output}\nThe build of packages/${part.name} failed.\n`);
    process.exit(1);
  }
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(stampFile, stamp);
  process.stdout.write(`built packages/${part.name} in ${secondsSince(startedMs)}\n`);
}

/**
 * Returns a digest of the part's files, the lock file and the files of the parts that it uses.
 * @param {Part} part
 * @returns {string}
 */
function stampOf(part) {
  const hash = createHash('sha256');
  const folders = [part.name, ...part.uses].map((name) => `packages/${name}`);
  for (const file of ['package-lock.json', 'tsconfig.base.json', ...folders.flatMap(filesUnder)]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/**
 * @param {string} folder relative to the root
 * @returns {string[]} its input files, in a stable order
 */
function filesUnder(folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .filter((entry) => !NOT_INPUT.test(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return filesUnder(path);
      return entry.isFile() ? [path] : [];
    });
}

/** @param {string} name */
function compile(name) {
  return runTool('tsc', ['-p', `packages/${name}/tsconfig.build.json`], { quiet: true });
}

/** @param {string} name */
function bundle(name) {
  const env = { NODE_ENV: 'production' };
  return runTool('vite', ['build', '--logLevel', 'warn'], {
    cwd: join(root, 'packages', name),
    env,
    quiet: true,
  });
}

/** Compiles the server and copies its SQL, which tsc leaves out. */
async function buildServer() {
  const result = await compile('server');
  const server = join(root, 'packages/server');
  for (const folder of SQL_FOLDERS)
    cpSync(join(server, 'src/store', folder), join(server, 'dist/store', folder), { recursive: true });
  return result;
}
