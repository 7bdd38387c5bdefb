// Starts banter and the servers to compare it with, each with sockets that share one room.

import { socketIn, startBanter } from '../servers/banter.mjs';
import { startNaive } from '../servers/naive.mjs';
import { startFloor, startReferenceHub } from '../servers/reference.mjs';

/**
 * @typedef {object} Room
 * @property {string} name of the contender
 * @property {import('../load/sockets.mjs').Target} target
 * @property {import('../load/sockets.mjs').SocketPlan[]} sockets
 */

const ACCOUNTS = 10;
/** The sockets that time messages. There are enough to represent every position in the order of writing. */
const OBSERVERS = 32;

/** The databases of the other servers. */
const DATABASES = { naive: 'bench_naive', hub: 'bench_hub' };

/**
 * Starts servers, each with one room.
 * @param {import('../stage.mjs').Stage} stage
 * @param {number} clients sockets of each server
 * @param {string[]} names banter, naive; with REFERENCE also hub+insert, hub, floor
 * @returns {Promise<Room[]>} without those that need a missing REFERENCE
 */
export async function startContenders(stage, clients, names) {
  const rooms = [];
  for (const name of names) {
    const start = STARTS[name];
    if (!start) throw new RangeError(`there is no contender ${name}`);
    if (stage.reference !== null || !NEEDS_REFERENCE.has(name))
      rooms.push({ name, ...(await start(stage, clients)) });
  }
  return rooms;
}

/**
 * Creates a room in banter. Ten people take turns in owning its sockets.
 * @param {import('../servers/banter.mjs').Banter} banter
 * @param {number} clients
 * @returns {Promise<Omit<Room, 'name'>>}
 */
export async function roomOfBanter(banter, clients) {
  const tokens = await banter.createAccounts(Math.min(ACCOUNTS, clients));
  const [owner = '', ...others] = tokens;
  const { id } = await banter.createRoom(owner, others);
  const sockets = Array.from({ length: clients }, (_, index) =>
    socketIn(tokens[index % tokens.length] ?? '', id),
  );
  return { target: banter.target, sockets };
}

/**
 * Chooses the observers of a room, spread evenly over the sockets that do not send. In a room of one it is that socket.
 * @param {number} clients
 * @param {number} senders
 * @returns {number[]}
 */
export function observersOf(clients, senders) {
  const listeners = clients - senders;
  if (listeners <= 0) return [0];
  const count = Math.min(OBSERVERS, listeners);
  return Array.from(
    { length: count },
    (_, place) => senders + Math.ceil(((place + 1) * listeners) / count) - 1,
  );
}

/** @typedef {(stage: import('../stage.mjs').Stage, clients: number) => Promise<Omit<Room, 'name'>>} Start */

/** @type {Record<string, Start>} */
const STARTS = {
  banter: async (stage, clients) => roomOfBanter(stage.use(await startBanter(stage.postgres.url)), clients),
  naive: async (stage, clients) => {
    const { target } = stage.use(await startNaive(await stage.database(DATABASES.naive)));
    return { target, sockets: plain(clients) };
  },
  'hub+insert': async (stage, clients) => {
    const { target } = stage.use(
      await startReferenceHub(stage.reference ?? '', await stage.database(DATABASES.hub)),
    );
    return { target, sockets: plain(clients) };
  },
  hub: async (stage, clients) => {
    const { target } = stage.use(await startReferenceHub(stage.reference ?? ''));
    return { target, sockets: plain(clients) };
  },
  floor: async (stage, clients) => {
    const { target } = stage.use(await startFloor(stage.reference ?? ''));
    return { target, sockets: plain(clients) };
  },
};

const NEEDS_REFERENCE = new Set(['hub+insert', 'hub', 'floor']);

/** @param {number} clients */
function plain(clients) {
  return Array.from({ length: clients }, () => ({ greeting: '', room: 0 }));
}
