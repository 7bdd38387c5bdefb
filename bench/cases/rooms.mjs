// Many small rooms beside one room, at the same messages and deliveries a second, and one very large room.

import { runLoad } from '../load/start.mjs';
import { inParts, socketIn, startBanter } from '../servers/banter.mjs';
import { observersOf } from './contenders.mjs';
import { withinLimit } from './limits.mjs';

const ROOMS = 500;
const SOCKETS_EACH = 20;
const MESSAGES_PER_SECOND_EACH = 5;
const ACCOUNTS = 50;

const MANY = `${ROOMS} rooms`;
const SMALL = 'one room of 20';
const LARGE = 'one room of all';

/** @type {import('../cases.mjs').Case} */
export const rooms = {
  name: 'rooms',
  title: `${ROOMS} rooms × ${SOCKETS_EACH} sockets, ${MESSAGES_PER_SECOND_EACH} messages a second each; one room at the same total of deliveries`,
  rounds: 3,
  goals: [
    { text: '99 % latency, one room of 20', figure: 'p99Ms', of: MANY, per: SMALL, atMost: 3 },
    { text: '99 % latency, one room of all', figure: 'p99Ms', of: MANY, per: LARGE, atMost: 3 },
  ],
  async setUp(stage) {
    const roomCount = withinLimit(stage, ROOMS * SOCKETS_EACH) / SOCKETS_EACH;
    const banter = stage.use(await startBanter(stage.postgres.url));
    const tokens = await banter.createAccounts(ACCOUNTS);
    const ownerOf = (/** @type {number} */ index) => tokens[index % tokens.length] ?? '';
    const ids = Array.from({ length: roomCount }, (_, index) => index);
    const many = await inParts(ids, async (index) =>
      socketIn(ownerOf(index), (await banter.createRoom(ownerOf(index))).id),
    );
    const single = socketIn(ownerOf(0), (await banter.createRoom(ownerOf(0))).id);
    const total = roomCount * MESSAGES_PER_SECOND_EACH;
    const clients = roomCount * SOCKETS_EACH;
    // A room's sockets stand one after the other: the first of them sends, the last one is timed.
    const sockets = many.flatMap((socket) => Array.from({ length: SOCKETS_EACH }, () => socket));
    const places = many.map((_, room) => room * SOCKETS_EACH);
    const lasts = places.map((first) => first + SOCKETS_EACH - 1);
    /** @param {number} count */
    const alone = (count) => ({
      sockets: Array.from({ length: count }, () => single),
      senders: [0],
      observers: observersOf(count, 1),
    });
    const plans = [
      { name: MANY, sockets, senders: places, observers: lasts, perSecond: total },
      { name: SMALL, ...alone(SOCKETS_EACH), perSecond: total },
      { name: LARGE, ...alone(clients), perSecond: MESSAGES_PER_SECOND_EACH },
    ];
    return plans.map(({ name, perSecond, ...plan }) => ({
      name,
      measure: () =>
        runLoad({
          kind: 'flow',
          target: banter.target,
          ...plan,
          pace: { perSecond },
          warmUpMs: 2_000,
          measureMs: 5_000,
          postgresPid: stage.postgres.pid,
        }),
    }));
  },
};
