import { expect, it } from 'vitest';
import { tables } from './tables.mjs';

const start = () => Promise.reject(new Error('not used'));
const common = { stores: 'a file', program: '', echoes: true, opensAtOnce: 1, start };
const peers = [
  { ...common, name: 'banter', usesPostgres: true },
  { ...common, name: 'other' },
  { ...common, name: 'absent' },
];

/** @param {string} name @param {number} at @param {Record<string, number>} figures */
const burst = (name, at, figures) => ({
  phase: 'W3',
  name,
  at,
  figures: {
    serverCpuUs: 10,
    postgresCpuUs: 5,
    p50Ms: 1,
    p99Ms: 20,
    loadBusy: 0.5,
    othersBusy: 0,
    lost: 0,
    ...figures,
  },
});

it('a table shows medians and ratios, and tells of dropped bursts and troubles', () => {
  const bursts = [
    burst('banter', 1, { perSecond: 30_000 }),
    burst('other', 2, { perSecond: 1_500, serverCpuUs: 40, loadBusy: 0.95, lost: 3 }),
    burst('banter', 3, { perSecond: 9_000, othersBusy: 0.6 }),
  ];
  expect(tables(bursts, { peers, noise: 0.35 })).toBe(
    `W3: one socket, 1,000 messages outstanding, each stored
  server   stores   messages/s            CPU µs a message + DB   p50 / p99 ms   banter ÷ it: rate, CPU   load busy
  banter   a file   30.0k (30.0k-30.0k)   10.0 + 5.00             1.00 / 20.0                             50 %
  other    a file   1.50k (1.50k-1.50k)   40.0                    1.00 / 20.0    20.0, 0.25               95 %
  (1 of 3 bursts dropped, because other programs used more than 0.35 of a core)
  (other: 3 deliveries did not arrive)
  (other: the load generator used its whole core and may have been the limit)
`,
  );
});

it('a server without an undisturbed burst keeps its line', () => {
  const text = tables([burst('other', 2, { perSecond: 1, othersBusy: 0.6 })], { peers, noise: 0.35 });
  expect(text).toContain('(other: no burst is left)');
});
