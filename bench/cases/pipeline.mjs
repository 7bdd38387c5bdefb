// Measures how fast messages are stored: one socket sends very many at once.

import { runLoad } from '../load/start.mjs';
import { startContenders } from './contenders.mjs';

const OUTSTANDING = 1_000;

/** @type {import('../cases.mjs').Case} */
export const pipeline = {
  name: 'pipeline',
  title: `one socket, ${OUTSTANDING.toLocaleString('en')} messages outstanding, each stored`,
  rounds: 5,
  goals: [
    {
      text: 'stored messages, naive server',
      figure: 'messagesPerSecond',
      of: 'banter',
      per: 'naive',
      atLeast: 1,
    },
    {
      text: 'stored messages, hub with inline insert',
      figure: 'messagesPerSecond',
      of: 'banter',
      per: 'hub+insert',
      atLeast: 12,
    },
  ],
  async setUp(stage) {
    const rooms = await startContenders(stage, 1, ['banter', 'naive', 'hub+insert']);
    return rooms.map(({ name, ...room }) => ({
      name,
      measure: () =>
        runLoad({
          kind: 'flow',
          ...room,
          senders: [0],
          observers: [0],
          pace: { outstanding: OUTSTANDING },
          warmUpMs: 1_000,
          measureMs: 3_000,
          postgresPid: stage.postgres.pid,
        }),
    }));
  },
};
