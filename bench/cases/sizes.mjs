// Measures the same busy room with few and many sockets: the cost of one more socket.

import { runLoad } from '../load/start.mjs';
import { startBanter } from '../servers/banter.mjs';
import { observersOf, roomOfBanter } from './contenders.mjs';

const SIZES = [100, 1_000, 5_000];
const SENDERS = 10;
const OUTSTANDING = 80;

/** @param {number} clients */
const nameOf = (clients) => `${clients.toLocaleString('en')} sockets`;

/** @type {import('../cases.mjs').Case} */
export const sizes = {
  name: 'sizes',
  title: `one room of 100, 1,000 and 5,000 sockets, ${OUTSTANDING} messages outstanding`,
  rounds: 4,
  goals: [
    {
      text: 'CPU per delivery, 1,000 against 100',
      figure: 'serverCpuUs',
      of: nameOf(1_000),
      per: nameOf(100),
      atMost: 1.25,
    },
    {
      text: 'CPU per delivery, 5,000 against 100',
      figure: 'serverCpuUs',
      of: nameOf(5_000),
      per: nameOf(100),
      atMost: 1.25,
    },
    {
      text: 'CPU per delivery, 5,000 against 1,000',
      figure: 'serverCpuUs',
      of: nameOf(5_000),
      per: nameOf(1_000),
      atMost: 1.25,
    },
  ],
  async setUp(stage) {
    const banter = stage.use(await startBanter(stage.postgres.url));
    return Promise.all(
      SIZES.map(async (clients) => {
        const room = await roomOfBanter(banter, clients);
        return {
          name: nameOf(clients),
          measure: () =>
            runLoad({
              kind: 'flow',
              ...room,
              senders: Array.from({ length: SENDERS }, (_, index) => index),
              observers: observersOf(clients, SENDERS),
              pace: { outstanding: OUTSTANDING },
              warmUpMs: 1_000,
              measureMs: 3_000,
              postgresPid: stage.postgres.pid,
            }),
        };
      }),
    );
  },
};
