// The works of the comparison. Each measures one server for a few seconds.

import { residentBytes, treePids } from '../machine.mjs';
import { startMeter } from './meter.mjs';

/** @typedef {import('./field.mjs').Field} Field */
/** @typedef {import('./servers/peers.mjs').Peer} Peer */
/** @typedef {import('./settings.mjs').Settings} Settings */

/** @typedef {{ phase: string, figures: Record<string, number> }} Measurement */

/**
 * @typedef {object} Work
 * @property {string} name for ONLY=name
 * @property {number} rounds
 * @property {(peer: Peer) => boolean} isFor
 * @property {boolean} startsFresh whether each measurement starts the server
 * @property {(field: Field, peer: Peer, settings: Settings) => Promise<Measurement[]>} measure
 */

const CLIENTS = 500;
const CATCH_UP_CLIENTS = 200;
const CATCH_UP_EVENTS = 1_000;
const PER_ROOM = 100;
const PIPELINE = 1_000;
const SETTLE_MS = 1_000;
/** Sockets are idle for this long before their memory is read. */
const IDLE_MS = 3_000;
const FILL_MS = 1_000;
const FILL_TRIES = 10;

/** @param {Peer} peer */
const stores = (peer) => peer.stores !== 'nothing';

/** All works, in the order of the page. @type {Work[]} */
export const WORKS = [
  {
    name: 'peers-fan-out',
    rounds: 4,
    isFor: () => true,
    startsFresh: false,
    measure: (field, peer, { manyMs, singleMs }) =>
      flows(field, peer, CLIENTS, [
        { phase: 'W1', senders: 10, outstanding: 80, ms: manyMs },
        { phase: 'W2', senders: 1, outstanding: 1, ms: singleMs },
      ]),
  },
  {
    name: 'peers-pipeline',
    rounds: 4,
    isFor: stores,
    startsFresh: false,
    measure: (field, peer, { manyMs }) =>
      flows(field, peer, 1, [{ phase: 'W3', senders: 1, outstanding: PIPELINE, ms: manyMs }]),
  },
  {
    name: 'peers-catch-up',
    rounds: 4,
    isFor: ({ hasArchive = false }) => hasArchive,
    startsFresh: false,
    measure: catchUp,
  },
  { name: 'peers-idle', rounds: 1, isFor: () => true, startsFresh: true, measure: idle },
];

/**
 * Measures flows of messages, one after the other over the same sockets.
 * @param {Field} field
 * @param {Peer} peer
 * @param {number} count of sockets
 * @param {Array<{ phase: string, senders: number, outstanding: number, ms: number }>} loads
 * @returns {Promise<Measurement[]>}
 */
async function flows(field, peer, count, loads) {
  const server = await field.server(peer);
  return field.withClients(peer, await server.join(count), async (generator) => {
    await generator.open();
    await generator.rest(SETTLE_MS);
    const measurements = [];
    for (const { phase, ...load } of loads) {
      const read = startMeter({ server: server.pid, postgres: field.postgresPid, load: generator.pid });
      /** @type {import('./meter.mjs').Reading | null} */
      let reading = null;
      const result = await generator.flow(load, () => {
        reading = read();
      });
      measurements.push({ phase, figures: flowFigures(result, reading ?? read()) });
    }
    return measurements;
  });
}

/**
 * @param {Awaited<ReturnType<import('./load/generator.mjs').Generator['flow']>>} result
 * @param {import('./meter.mjs').Reading} reading
 */
function flowFigures({ seconds, deliveries, reads, p50Ms, p99Ms, lost, closed }, reading) {
  return {
    perSecond: deliveries / seconds,
    ...costs(reading, deliveries),
    messagesPerRead: deliveries / reads,
    ...(deliveries > 0 ? { p50Ms, p99Ms } : {}),
    ...{ lost, closed },
  };
}

/**
 * @param {import('./meter.mjs').Reading} reading
 * @param {number} count of deliveries
 */
function costs({ serverSeconds, postgresSeconds, loadBusy, othersBusy }, count) {
  return {
    serverCpuUs: (serverSeconds / count) * 1e6,
    postgresCpuUs: (postgresSeconds / count) * 1e6,
    ...{ loadBusy, othersBusy },
  };
}

/** @type {Work['measure']} */
async function catchUp(field, peer) {
  const server = await field.server(peer);
  if (!server.catchUp) return [];
  await field.withClients(peer, await server.join(1), async (generator) => {
    await generator.open();
    let sent = 0;
    for (let tries = 0; sent < CATCH_UP_EVENTS && tries < FILL_TRIES; tries += 1)
      sent += (await generator.flow({ senders: 1, outstanding: PIPELINE, ms: FILL_MS }, () => {})).sent;
  });
  const clients = await server.catchUp(CATCH_UP_CLIENTS, CATCH_UP_EVENTS);
  return field.withClients(
    peer,
    clients,
    async (generator) => {
      const read = startMeter({ server: server.pid, postgres: field.postgresPid, load: generator.pid });
      const { seconds, events, lastMs } = await generator.open();
      const lost = clients.length * CATCH_UP_EVENTS - events;
      const figures = { perSecond: events / seconds, ...costs(read(), events), lastMs, lost };
      return [{ phase: 'W5', figures }];
    },
    CATCH_UP_CLIENTS,
  );
}

/** @type {Work['measure']} */
async function idle(field, peer, { sockets }) {
  const measurements = [];
  for (const count of sockets) {
    await field.stop();
    const server = await field.server(peer);
    const clients = await server.idle(count, PER_ROOM);
    const figures = await field.withClients(peer, clients, async (generator) => {
      const before = memoryOf(server.pid);
      await generator.open();
      const { closed } = await generator.rest(IDLE_MS);
      return { kibPerSocket: (memoryOf(server.pid) - before) / count / 1_024, closed };
    });
    measurements.push({ phase: `W4, ${count.toLocaleString('en')} sockets`, figures });
  }
  await field.stop();
  return measurements;
}

/** @param {number} pid */
function memoryOf(pid) {
  return treePids(pid).reduce((sum, one) => sum + residentBytes(one), 0);
}
