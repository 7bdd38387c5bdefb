// Measures one message at a time in the same room: the latency of a single message.

import { runLoad } from '../load/start.mjs';
import { observersOf, startContenders } from './contenders.mjs';

const CLIENTS = 500;

/** @type {import('../cases.mjs').Case} */
export const oneAtATime = {
  name: 'one-at-a-time',
  title: `${CLIENTS} sockets in one room, one message at a time`,
  rounds: 5,
  goals: [
    { text: 'median latency, naive server', figure: 'p50Ms', of: 'banter', per: 'naive', atMost: 1 },
    { text: 'median latency, hub that stores nothing', figure: 'p50Ms', of: 'banter', per: 'hub', atMost: 1 },
  ],
  async setUp(stage) {
    const rooms = await startContenders(stage, CLIENTS, ['banter', 'naive', 'hub+insert', 'hub', 'floor']);
    return rooms.map(({ name, ...room }) => ({
      name,
      measure: () =>
        runLoad({
          kind: 'flow',
          ...room,
          senders: [0],
          observers: observersOf(CLIENTS, 1),
          pace: { outstanding: 1 },
          warmUpMs: 1_000,
          measureMs: 3_000,
          postgresPid: stage.postgres.pid,
        }),
    }));
  },
};
