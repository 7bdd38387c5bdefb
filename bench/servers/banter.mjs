// Starts the built banter, and creates people and rooms over its API.

import { randomBytes } from 'node:crypto';
import { startServer } from './process.mjs';

/** @typedef {Awaited<ReturnType<typeof startBanter>>} Banter */
/** @typedef {{ id: number }} Room */

const JOINS_AT_ONCE = 8;
/** All servers of a run share one key. */
const jwtSecret = randomBytes(32).toString('hex');
/** The folder for profiles, from `make bench PROFILE=…`. Empty for none. */
const profileDir = process.env.PROFILE ?? '';

/**
 * Starts a server.
 * @param {string} databaseUrl
 */
export async function startBanter(databaseUrl) {
  const profiling = profileDir === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const commandLine = [process.execPath, ...profiling, 'packages/server/dist/main.js'];
  const env = {
    DATABASE_URL: databaseUrl,
    JWT_SECRET: jwtSecret,
    RATE_LIMITS: 'off',
    LOBBY: 'off',
    LOG_LEVEL: 'warn',
    LOG_FORMAT: 'json',
  };
  const { port, pid, stop } = await startServer(() => commandLine, env, '/v1/ready');
  const base = `http://127.0.0.1:${port}/v1`;
  /** @type {import('../load/sockets.mjs').Target} */
  const target = {
    port,
    path: '/v1/socket',
    protocol: 'banter.v1',
    readyText: '"type":"live"',
    heartbeat: { ifText: '"type":"ping"', text: '{"op":"pong","t":0}' },
    serverPid: pid,
  };
  return {
    target,
    stop,
    /**
     * Creates accounts.
     * @param {number} count
     * @returns {Promise<string[]>} their access tokens, valid for ten minutes
     */
    async createAccounts(count) {
      const names = Array.from({ length: count }, () => `bench_${randomBytes(6).toString('hex')}`);
      const password = randomBytes(16).toString('hex');
      return inParts(names, async (username) => {
        const { accessToken } = await post(`${base}/auth/register`, { username, password });
        return accessToken;
      });
    },
    /**
     * Creates a room.
     * @param {string} owner the owner's access token
     * @param {string[]} [others] access tokens of people who join
     * @returns {Promise<Room>}
     */
    async createRoom(owner, others = []) {
      const room = await post(`${base}/rooms`, { name: `bench-${randomBytes(6).toString('hex')}` }, owner);
      await inParts(others, (token) => post(`${base}/rooms/${room.id}/join`, {}, token));
      return room;
    },
    /**
     * Returns the seq of a room's newest event.
     * @param {string} token of a member
     * @param {number} room
     * @returns {Promise<number>}
     */
    async headOf(token, room) {
      const answer = await fetch(`${base}/rooms/${room}`, { headers: { authorization: `Bearer ${token}` } });
      if (!answer.ok) throw new Error(`GET a room: ${answer.status}`);
      const { head } = /** @type {{ head: number }} */ (await answer.json());
      return head;
    },
  };
}

/**
 * Returns the plan of a socket that follows one room and sends to it.
 * @param {string} token
 * @param {number} room
 * @returns {import('../load/sockets.mjs').SocketPlan}
 */
export function socketIn(token, room) {
  return {
    greeting: JSON.stringify({ op: 'hello', token, rooms: [{ roomId: room }] }),
    sendText: `{"op":"send","id":"$ID","roomId":${room},"content":"$CONTENT"}`,
    room,
  };
}

/**
 * Runs work on all items, a few at a time.
 * @template T, R
 * @param {T[]} items
 * @param {(item: T) => Promise<R>} work
 * @returns {Promise<R[]>} in the order of the items
 */
export async function inParts(items, work) {
  /** @type {R[]} */
  const results = [];
  for (let at = 0; at < items.length; at += JOINS_AT_ONCE)
    results.push(...(await Promise.all(items.slice(at, at + JOINS_AT_ONCE).map(work))));
  return results;
}

/**
 * @param {string} url
 * @param {object} body
 * @param {string} [token]
 * @returns {Promise<{ id: number, accessToken: string }>} the fields of answers that are used here
 */
async function post(url, body, token) {
  const headers = {
    'content-type': 'application/json',
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`POST ${url}: ${answer.status} ${text}`);
  return JSON.parse(text || '{}');
}
