// What is measured: one durable PostgreSQL, banter as it is built, and the naive server beside it.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { onCore } from './process-cpu.mjs';

const SERVER_CORE = 0;
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

const root = fileURLToPath(new URL('..', import.meta.url));

/** @typedef {Pick<import('./load.mjs').Load, 'port' | 'path' | 'protocol' | 'greetings' | 'readyText' | 'sendText' | 'serverPid'>} Target */

/**
 * Starts the embedded PostgreSQL as production has it: fsync on.
 * @param {string} dataDir made, and removed in the end; on a real disk, or fsync would cost nothing
 */
export async function startPostgres(dataDir) {
  /** @type {typeof import('../packages/server/src/store/embedded.ts')} */
  const { startEmbedded } = await import(`${root}packages/server/dist/store/embedded.js`);
  const embedded = await startEmbedded({ dataDir, log: () => {} });
  const stop = async () => {
    await embedded.stop();
    // As root the cluster may lie elsewhere, behind a link in the data folder.
    rmSync(realpathSync(embedded.location), { recursive: true, force: true });
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { url: embedded.url, stop };
}

/**
 * Starts banter with one room, and as many accounts as there are senders; each has several sockets open.
 * @param {string} databaseUrl
 * @param {number} accounts
 * @param {number} clients
 */
export async function startBanter(databaseUrl, accounts, clients) {
  const server = await start(['packages/server/dist/main.js'], {
    DATABASE_URL: databaseUrl,
    JWT_SECRET: randomBytes(32).toString('hex'),
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'warn',
  });
  const base = `http://127.0.0.1:${server.port}/v1`;
  await until(() =>
    fetch(`${base}/ready`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
  /** @type {string[]} */
  const tokens = [];
  for (let index = 0; index < accounts; index += 1) {
    const account = { username: `bench${index}`, password: randomBytes(16).toString('hex') };
    tokens.push((await post(`${base}/auth/register`, account)).accessToken);
  }
  const room = await post(`${base}/rooms`, { name: 'bench' }, tokens[0]);
  for (const token of tokens.slice(1)) await post(`${base}/rooms/${room.id}/join`, {}, token);
  /** @type {Target} */
  const target = {
    port: server.port,
    path: '/v1/socket',
    protocol: 'banter.v1',
    greetings: Array.from({ length: clients }, (_, index) =>
      JSON.stringify({ op: 'hello', token: tokens[index % accounts], rooms: [{ roomId: room.id }] }),
    ),
    readyText: '"type":"live"',
    sendText: `{"op":"send","id":"$ID","roomId":${room.id},"content":"$CONTENT"}`,
    serverPid: server.pid,
  };
  return { target, stop: server.stop };
}

/**
 * @param {string} databaseUrl
 * @param {number} clients
 */
export async function startBaseline(databaseUrl, clients) {
  const server = await start(['bench/baseline.mjs'], { DATABASE_URL: databaseUrl });
  await until(() =>
    fetch(`http://127.0.0.1:${server.port}/`).then(
      () => true,
      () => false,
    ),
  );
  /** @type {Target} */
  const target = {
    port: server.port,
    path: '/',
    greetings: Array.from({ length: clients }, () => ''),
    sendText: '$CONTENT',
    serverPid: server.pid,
  };
  return { target, stop: server.stop };
}

/**
 * @param {string[]} args node's
 * @param {Record<string, string>} env
 */
async function start(args, env) {
  const port = await freePort();
  const [command = 'node', ...rest] = onCore(SERVER_CORE, [process.execPath, ...args]);
  const child = spawn(command, rest, {
    cwd: root,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  if (child.pid === undefined) throw new Error(`${command} could not be started`);
  return { port, pid: child.pid, stop };
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}

/**
 * @param {string} url
 * @param {object} body
 * @param {string} [token]
 * @returns {Promise<{ id: number, accessToken: string }>} of each answer, what is read here
 */
async function post(url, body, token) {
  const headers = {
    'content-type': 'application/json',
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`POST ${url}: ${answer.status} ${await answer.text()}`);
  const text = await answer.text();
  return JSON.parse(text || '{}');
}

/** @param {() => Promise<boolean>} condition */
async function until(condition) {
  const endMs = performance.now() + START_TIMEOUT_MS;
  while (!(await condition())) {
    if (performance.now() > endMs)
      throw new Error(`a server did not answer within ${START_TIMEOUT_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
