// Measures the memory of many idle sockets, then the delivery of one message to each room.

import { runLoad } from '../load/start.mjs';
import { inParts, socketIn, startBanter } from '../servers/banter.mjs';
import { startNaive } from '../servers/naive.mjs';
import { startReferenceHub } from '../servers/reference.mjs';
import { withinLimit } from './limits.mjs';

const SOCKETS = 10_000;
const ROOMS = 100;
const BURSTS = 5;

/** @type {import('../cases.mjs').Case} */
export const idle = {
  name: 'idle',
  title: `${SOCKETS.toLocaleString('en')} idle signed-in sockets in ${ROOMS} rooms, then one message to each room at once`,
  rounds: 2,
  goals: [{ text: 'memory per socket', figure: 'kibPerSocket', of: 'banter', atMost: 12 }],
  async setUp(stage) {
    const count = withinLimit(stage, SOCKETS);
    stage.notes.push('all sockets of a room belong to its owner; the other servers have a single room');
    const contenders = [
      { name: 'banter', start: async () => withRooms(await startBanter(stage.postgres.url), count) },
      {
        name: 'naive',
        start: async () => plain(await startNaive(await stage.database('bench_naive')), count),
      },
    ];
    const { reference } = stage;
    if (reference !== null)
      contenders.push({ name: 'hub', start: async () => plain(await startReferenceHub(reference), count) });
    return contenders.map(({ name, start }) => ({
      name,
      // Each round starts a new server, so that its memory holds nothing of an earlier round.
      measure: async () => {
        const { server, sockets, senders } = await start();
        try {
          return await runLoad({ kind: 'idle', target: server.target, sockets, senders, bursts: BURSTS });
        } finally {
          await server.stop();
        }
      },
    }));
  },
};

/**
 * @param {import('../servers/banter.mjs').Banter} server
 * @param {number} count
 */
async function withRooms(server, count) {
  const tokens = await server.createAccounts(ROOMS);
  const owned = await inParts(tokens, async (token) => socketIn(token, (await server.createRoom(token)).id));
  const sockets = Array.from(
    { length: count },
    (_, index) => owned[index % ROOMS] ?? { greeting: '', room: 0 },
  );
  return { server, sockets, senders: owned.map((_, room) => room) };
}

/**
 * @param {{ target: import('../load/sockets.mjs').Target, stop(): Promise<void> }} server
 * @param {number} count
 */
function plain(server, count) {
  return { server, sockets: Array.from({ length: count }, () => ({ greeting: '', room: 0 })), senders: [0] };
}
