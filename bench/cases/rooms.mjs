// Measures many small rooms, one small room with the same messages, and one very large room with the same deliveries.

import { runLoad } from '../load/start.mjs';
import { inParts, socketIn, startBanter } from '../servers/banter.mjs';
import { startFloor } from '../servers/reference.mjs';
import { observersOf } from './contenders.mjs';
import { withinLimit } from './limits.mjs';

const ROOMS = 500;
const SOCKETS_EACH = 20;
const MESSAGES_PER_SECOND_EACH = 5;
const ACCOUNTS = 50;

const MANY = `${ROOMS} rooms`;
const SMALL = 'one room of 20';
const LARGE = 'one large room';
const FLOOR = 'floor, large room';

/** @type {import('../cases.mjs').Case} */
export const rooms = {
  name: 'rooms',
  title: `${ROOMS} rooms × ${SOCKETS_EACH} sockets, ${MESSAGES_PER_SECOND_EACH} messages per second each; one room with the same deliveries`,
  rounds: 3,
  goals: [
    { text: 'p99 latency, one room of 20', figure: 'p99Ms', of: MANY, per: SMALL, atMost: 3 },
    { text: 'p99 latency, one large room', figure: 'p99Ms', of: MANY, per: LARGE, atMost: 3 },
  ],
  async setUp(stage) {
    const clients = withinLimit(stage, ROOMS * SOCKETS_EACH);
    const roomCount = clients / SOCKETS_EACH;
    const perSecond = roomCount * MESSAGES_PER_SECOND_EACH;
    const banter = stage.use(await startBanter(stage.postgres.url));
    const [single, ...owned] = await createRooms(banter, roomCount + 1);
    const plans = [
      { name: MANY, target: banter.target, ...together(owned), perSecond },
      { name: SMALL, target: banter.target, ...alone(single ?? NOBODY, SOCKETS_EACH), perSecond },
      {
        name: LARGE,
        target: banter.target,
        ...alone(single ?? NOBODY, clients),
        perSecond: MESSAGES_PER_SECOND_EACH,
      },
    ];
    if (stage.reference !== null) {
      // The floor has no rooms. It shows the kernel's share for this many sockets that were idle for a while.
      const { target } = stage.use(await startFloor(stage.reference));
      plans.push({ name: FLOOR, target, ...alone(NOBODY, clients), perSecond: MESSAGES_PER_SECOND_EACH });
    }
    return plans.map(({ name, perSecond, ...plan }) => ({
      name,
      measure: () =>
        runLoad({
          kind: 'flow',
          ...plan,
          pace: { perSecond },
          warmUpMs: 2_000,
          measureMs: 5_000,
          postgresPid: stage.postgres.pid,
        }),
    }));
  },
};

/** @type {import('../load/sockets.mjs').SocketPlan} */
const NOBODY = { greeting: '', room: 0 };

/**
 * Creates rooms. Each of some people owns several.
 * @param {import('../servers/banter.mjs').Banter} banter
 * @param {number} count
 * @returns {Promise<import('../load/sockets.mjs').SocketPlan[]>} a socket for each room
 */
async function createRooms(banter, count) {
  const tokens = await banter.createAccounts(ACCOUNTS);
  const owners = Array.from({ length: count }, (_, index) => tokens[index % ACCOUNTS] ?? '');
  return inParts(owners, async (owner) => socketIn(owner, (await banter.createRoom(owner)).id));
}

/**
 * Lists the sockets of many rooms, room after room. The first socket of a room sends, and another one is timed.
 * @param {import('../load/sockets.mjs').SocketPlan[]} rooms
 */
function together(rooms) {
  const firsts = rooms.map((_, room) => room * SOCKETS_EACH);
  return {
    sockets: rooms.flatMap((socket) => Array.from({ length: SOCKETS_EACH }, () => socket)),
    senders: firsts,
    observers: firsts.map((first, room) => first + 1 + (room % (SOCKETS_EACH - 1))),
  };
}

/**
 * Lists the sockets of one room. The first one sends.
 * @param {import('../load/sockets.mjs').SocketPlan} socket
 * @param {number} count
 */
function alone(socket, count) {
  return {
    sockets: Array.from({ length: count }, () => socket),
    senders: [0],
    observers: observersOf(count, 1),
  };
}
