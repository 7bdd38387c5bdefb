// Measures two hundred clients that resume at the same moment.

import { runLoad } from '../load/start.mjs';
import { startBanter } from '../servers/banter.mjs';
import { seedMessages } from '../servers/seed.mjs';

const CLIENTS = 200;
const ACCOUNTS = 10;
const MISSED = [1_000, 10_000];

/** @param {number} missed */
const nameOf = (missed) => `${missed.toLocaleString('en')} missed`;

/** @type {import('../cases.mjs').Case} */
export const resume = {
  name: 'resume',
  title: `${CLIENTS} clients resume at once in one room: the time until each is live`,
  rounds: 4,
  goals: [
    { text: 'p99 time, 1,000 events missed', figure: 'p99Ms', of: nameOf(1_000), atMost: 500 },
    { text: 'p99 time, 10,000 events missed', figure: 'p99Ms', of: nameOf(10_000), atMost: 2_000 },
  ],
  async setUp(stage) {
    const banter = stage.use(await startBanter(stage.postgres.url));
    const tokens = await banter.createAccounts(ACCOUNTS);
    const [owner = '', ...others] = tokens;
    return Promise.all(
      MISSED.map(async (missed) => {
        const { id } = await banter.createRoom(owner, others);
        const before = ACCOUNTS;
        await seedMessages(stage.postgres.url, id, missed);
        const sockets = Array.from({ length: CLIENTS }, (_, index) => ({
          greeting: '',
          room: id,
          sendText: JSON.stringify({
            op: 'hello',
            token: tokens[index % ACCOUNTS],
            rooms: [{ roomId: id, after: before }],
          }),
        }));
        return {
          name: nameOf(missed),
          measure: () =>
            runLoad({
              kind: 'resume',
              target: banter.target,
              sockets,
              doneText: '"type":"live"',
              missed,
              postgresPid: stage.postgres.pid,
            }),
        };
      }),
    );
  },
};
