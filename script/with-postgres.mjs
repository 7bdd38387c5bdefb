// node script/with-postgres.mjs -- COMMAND: starts a temporary server of the PostgreSQL installed on this machine, and
// runs the command with TEST_DATABASE_URL set to it. Exits with the command's code, or with 3 without PostgreSQL.

import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { run } from './command.mjs';

const NO_POSTGRES = 3;
const USAGE = 2;
const READY = 'database system is ready to accept connections';
const START_TIMEOUT_MS = 30_000;
/** Debian keeps every major version's programs here, outside of PATH. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';
const PORT = 5432;

/** @typedef {{ uid: number, gid: number }} Account */

process.exitCode = await main(process.argv.slice(2));

/** @param {string[]} args */
async function main([separator, command, ...args]) {
  if (separator !== '--' || !command)
    return complain(USAGE, 'Usage: node script/with-postgres.mjs -- COMMAND');
  const bin = findPrograms();
  if (!bin)
    return complain(
      NO_POSTGRES,
      'No PostgreSQL server is installed. Install one (Debian: apt-get install postgresql).',
    );
  const folder = mkdtempSync('/tmp/banter-postgres-');
  try {
    const server = await start(bin, folder);
    const url = `postgres://postgres@${encodeURIComponent(folder)}:${PORT}/postgres`;
    const { code } = await run(command, args, { env: { TEST_DATABASE_URL: url } }).finally(server.stop);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {number} code
 * @param {string} text
 */
function complain(code, text) {
  process.stderr.write(`${text}\n`);
  return code;
}

/** Returns the folder of the newest installed version's programs, or undefined without one. */
function findPrograms() {
  const debian = existsSync(DEBIAN_FOLDER) ? readdirSync(DEBIAN_FOLDER) : [];
  const newestFirst = debian.filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(b) - Number(a));
  const folders = [
    ...newestFirst.map((version) => join(DEBIAN_FOLDER, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))));
}

/**
 * Creates a database cluster and starts a server on it.
 * @param {string} bin the folder of PostgreSQL's programs
 * @param {string} folder for the data and the socket
 */
async function start(bin, folder) {
  const account = process.getuid?.() === 0 ? findAccount() : undefined;
  if (account) chownSync(folder, account.uid, account.gid);
  const data = join(folder, 'data');
  const initdb = launch(account, [
    join(bin, 'initdb'),
    ...[
      '-D',
      data,
      '--no-sync',
      '--auth=trust',
      '--username=postgres',
      '--encoding=UTF8',
      '--locale=C.UTF-8',
    ],
  ]);
  const { code } = await initdb.exited;
  if (code !== 0) throw new Error(`initdb failed:\n${initdb.output()}`);
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    port: PORT,
    max_connections: 200,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = launch(account, [join(bin, 'postgres'), '-D', data, ...flags]);
  const isReady = await Promise.race([
    server.printed(READY),
    server.exited.then(() => false),
    after(START_TIMEOUT_MS),
  ]);
  const stop = async () => {
    server.child.kill('SIGINT');
    await server.exited;
  };
  if (isReady) return { stop };
  await stop();
  throw new Error(`PostgreSQL did not start:\n${server.output()}`);
}

/** Finds an account for the server, because PostgreSQL refuses to run as root. @returns {Account} */
function findAccount() {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const line = ['postgres', 'nobody'].flatMap((name) =>
    lines.filter((text) => text.startsWith(`${name}:`)),
  )[0];
  if (!line)
    throw new Error(
      'PostgreSQL cannot run as root, and there is no account postgres or nobody to run it as.',
    );
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/**
 * Starts a program in its own session, so that Ctrl-C reaches the command only. The command's end stops the server. On
 * Linux, setpriv ends the program even if this script is killed.
 * @param {Account | undefined} account
 * @param {string[]} argv
 */
function launch(account, argv) {
  const hasLauncher = existsSync('/usr/bin/setpriv');
  const [file = '', ...args] = hasLauncher ? ['/usr/bin/setpriv', '--pdeathsig', 'INT', '--', ...argv] : argv;
  const env = { PATH: process.env.PATH, LC_ALL: 'C' };
  const child = spawn(file, args, {
    ...account,
    cwd: '/',
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  /** @type {string[]} */
  const lines = [];
  /** @type {Map<string, () => void>} */
  const awaited = new Map();
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      for (const [text, found] of awaited) if (line.includes(text)) found();
    });
  }
  /** @type {Promise<{ code: number | null }>} */
  const exited = new Promise((resolve) => {
    child.on('error', (error) => {
      lines.push(error.message);
      resolve({ code: null });
    });
    child.on('close', (code) => resolve({ code }));
  });
  return {
    child,
    exited,
    output: () => lines.join('\n'),
    /** @param {string} text */
    printed: (text) => new Promise((resolve) => awaited.set(text, () => resolve(true))),
  };
}

/**
 * @param {number} ms
 * @returns {Promise<false>}
 */
function after(ms) {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms).unref());
}
