// make bench: banter and a naive server, on one durable PostgreSQL, in turns, under the same load.
// Prints one page and writes bench/results/latest.json.

import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { runLoad } from './load-process.mjs';
import { page, summarise } from './page.mjs';
import { startBanter, startBaseline, startPostgres } from './servers.mjs';

/** @typedef {import('./load.mjs').Outcome} Outcome */

const ROUNDS = 5;
const CLIENTS = 500;
const SENDERS = 10;
const WINDOW = 8;
const WARM_UP_MS = 1_000;
const MEASURE_MS = 4_000;

const results = fileURLToPath(new URL('results', import.meta.url));
mkdirSync(results, { recursive: true });

const postgres = await startPostgres(`${results}/data-${randomBytes(4).toString('hex')}`);
/** @type {Record<'banter' | 'baseline', Outcome[]>} */
const outcomes = { banter: [], baseline: [] };
/** @type {Array<{ stop(): Promise<void> }>} */
const running = [postgres];
try {
  const banter = await startBanter(postgres.url, SENDERS, CLIENTS);
  running.push(banter);
  const baseline = await startBaseline(postgres.url, CLIENTS);
  running.push(baseline);
  const load = { senders: SENDERS, window: WINDOW, warmUpMs: WARM_UP_MS, measureMs: MEASURE_MS };
  for (let round = 1; round <= ROUNDS; round += 1) {
    process.stdout.write(`round ${round} of ${ROUNDS}\n`);
    outcomes.baseline.push(await runLoad({ ...baseline.target, ...load }));
    outcomes.banter.push(await runLoad({ ...banter.target, ...load }));
  }
} finally {
  for (const part of running.reverse()) await part.stop();
}

const summary = summarise(outcomes, {
  clients: CLIENTS,
  senders: SENDERS,
  window: WINDOW,
  rounds: ROUNDS,
  measureMs: MEASURE_MS,
  node: process.version,
  machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
});
writeFileSync(`${results}/latest.json`, `${JSON.stringify(summary, null, 2)}\n`);
process.stdout.write(page(summary));
