// Measures a page of hits among a million messages, with frequent and rare terms, for every kind of query.

import { seedStore } from '../../script/seed/store.mjs';
import { VOCABULARY } from '../../script/seed/texts.mjs';
import { runLoad } from '../load/start.mjs';
import { startBanter } from '../servers/banter.mjs';
import { runSql } from '../servers/postgres.mjs';

const MESSAGES = 1_000_000;
const PEOPLE = 200;
const ROOMS = 30;
const GOAL_MS = 100;

/** @param {number} rank of the first word; the most frequent has 0 @param {number} count */
const words = (rank, count) => VOCABULARY.slice(rank, rank + count);
const pairs = (/** @type {string[]} */ first, /** @type {string[]} */ second) =>
  first.map((word, i) => `"${word} ${second[i]}"`);

/** @type {Record<string, string[]>} */
const QUERIES = {
  'frequent word': words(0, 5),
  'word, 6 in 1,000': words(150, 10),
  'rare word': words(15_000, 20),
  'frequent and rare word': words(0, 4).map((word) => `${word} ${VOCABULARY[19_000]}`),
  'frequent phrase': pairs(words(0, 4), words(1, 4)),
  'rare phrase': pairs(words(100, 10), words(160, 10)),
  'part of an address': ['10.31.7.', '192.168.12.', '10.0.3.4', '172.16.200.1'],
  'part of a path': ['/var/log/', '/etc/nginx/the_', 'build/cache/ser', `_${VOCABULARY[3_000]}.`],
  'part of code': ['open_socket(', 'flushQueue(the', 'retry_after(a, '],
  'part of a word': words(5_000, 6).map((word) => `\`${word.slice(1)}\``),
  CJK: ['数据库', '服务器', '会議'],
  'by a person': words(200, 5).map((word, i) => `from:seed${7 + 30 * i} ${word}`),
  'in a room': words(100, 5).map((word, i) => `in:seed-room-${6 * i + 1} ${word}`),
  'between two days': words(50, 5).map((word) => `after:2025-06-01 before:2026-03-01 ${word}`),
  'with a link': ['has:link', ...words(300, 4).map((word) => `has:link ${word}`)],
};
const ORDERS = ['newest', 'best'];

/** @type {import('../cases.mjs').Case} */
export const search = {
  name: 'search',
  title: `pages of hits among ${MESSAGES.toLocaleString('en')} messages, over HTTP, one at a time`,
  rounds: 2,
  goals: ORDERS.flatMap((order) =>
    Object.keys(QUERIES).map((name) => ({
      text: `p95 latency, ${name}, ${order}`,
      figure: /** @type {const} */ ('p95Ms'),
      of: `${name}, ${order}`,
      atMost: GOAL_MS,
    })),
  ),
  async setUp(stage) {
    const url = await stage.database('search');
    // The first start creates the tables. Then the server stops, so that its indexer does not run during the seeding.
    await (await startBanter(url)).stop();
    await seedStore(url, {
      messages: MESSAGES,
      people: PEOPLE,
      rooms: ROOMS,
      seed: 1,
      passwordHash: '',
      print: () => {},
    });
    const banter = stage.use(await startBanter(url));
    const [token = ''] = await banter.createAccounts(1);
    await runSql(
      url,
      `INSERT INTO memberships (room_id, account_id, role, joined_seq, read_seq, joined_at)
       SELECT r.id, (SELECT max(id) FROM accounts), 'member', 1, 1, now() FROM rooms r ON CONFLICT DO NOTHING`,
    );
    return ORDERS.flatMap((order) =>
      Object.entries(QUERIES).map(([name, queries]) => ({
        name: `${name}, ${order}`,
        measure: () =>
          runLoad({
            kind: 'search',
            port: banter.target.port,
            token,
            order,
            queries,
            warmUpMs: 300,
            measureMs: 1_500,
            serverPid: banter.target.serverPid,
            postgresPid: stage.postgres.pid,
          }),
      })),
    );
  },
};
