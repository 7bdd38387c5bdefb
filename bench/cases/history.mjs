// Measures reading a page of history from a random place, in a small room and in a very large one.

import { runLoad } from '../load/start.mjs';
import { startBanter } from '../servers/banter.mjs';
import { seedMessages } from '../servers/seed.mjs';

const PAGE_SIZE = 50;
const SIZES = [1_000, 1_000_000];

/** @param {number} size */
const nameOf = (size) => `room of ${size.toLocaleString('en')}`;

/** @type {import('../cases.mjs').Case} */
export const history = {
  name: 'history',
  title: `pages of ${PAGE_SIZE} messages from random places, over HTTP, one at a time`,
  rounds: 4,
  goals: [
    {
      text: 'p99 latency, room of 1,000',
      figure: 'p99Ms',
      of: nameOf(1_000_000),
      per: nameOf(1_000),
      atMost: 3,
    },
  ],
  async setUp(stage) {
    const banter = stage.use(await startBanter(stage.postgres.url));
    const [token = ''] = await banter.createAccounts(1);
    const contenders = [];
    for (const size of SIZES) {
      const { id } = await banter.createRoom(token);
      await seedMessages(stage.postgres.url, id, size);
      contenders.push({
        name: nameOf(size),
        measure: () =>
          runLoad({
            kind: 'history',
            port: banter.target.port,
            path: `/v1/rooms/${id}/messages`,
            token,
            head: size + 1,
            pageSize: PAGE_SIZE,
            warmUpMs: 500,
            measureMs: 3_000,
            serverPid: banter.target.serverPid,
            postgresPid: stage.postgres.pid,
          }),
      });
    }
    return contenders;
  },
};
