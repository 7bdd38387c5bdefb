// Measures many sockets in one busy room.

import { runLoad } from '../load/start.mjs';
import { observersOf, startContenders } from './contenders.mjs';

const CLIENTS = 500;
const SENDERS = 10;
const OUTSTANDING_EACH = 8;

/** @type {import('../cases.mjs').Case} */
export const fanOut = {
  name: 'fan-out',
  title: `${CLIENTS} sockets in one room, ${SENDERS} senders × ${OUTSTANDING_EACH} messages outstanding, stored before delivery`,
  rounds: 5,
  goals: [
    {
      text: 'deliveries, naive server',
      figure: 'deliveriesPerSecond',
      of: 'banter',
      per: 'naive',
      atLeast: 10,
    },
    {
      text: 'deliveries, hub with inline insert',
      figure: 'deliveriesPerSecond',
      of: 'banter',
      per: 'hub+insert',
      atLeast: 25,
    },
    { text: 'CPU per delivery, floor', figure: 'serverCpuUs', of: 'banter', per: 'floor', atMost: 2 },
  ],
  async setUp(stage) {
    const rooms = await startContenders(stage, CLIENTS, ['banter', 'naive', 'hub+insert', 'hub', 'floor']);
    return rooms.map(({ name, ...room }) => ({
      name,
      measure: () =>
        runLoad({
          kind: 'flow',
          ...room,
          senders: Array.from({ length: SENDERS }, (_, index) => index),
          observers: observersOf(CLIENTS, SENDERS),
          pace: { outstanding: SENDERS * OUTSTANDING_EACH },
          warmUpMs: 1_000,
          measureMs: 3_000,
          postgresPid: stage.postgres.pid,
        }),
    }));
  },
};
