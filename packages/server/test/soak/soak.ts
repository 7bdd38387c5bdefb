/**
 * A long run of mixed load with regular kills. In the first two thirds only PostgreSQL is killed, and the server's memory
 * and descriptors must stay flat. In the last third the server and PostgreSQL are killed in turn.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedServer, startEmbeddedServer } from '../faults/embedded.ts';
import { type Fault, outcomeOf, unless } from '../faults/fault.ts';
import { judge, type Run } from '../history/run.ts';
import { startLoad } from './load.ts';
import { type Sample, sample, slopePerMinute, tableOf } from './samples.ts';

const MINUTE_MS = 60_000;
/** The length in the test suite. */
const SHORT_MINUTES = 0.25;
const KILL_EVERY_MS = { short: 4_000, full: 30_000 } as const;
/** The number of samples in the first part: one per minute in a run of 15 minutes. */
const SAMPLES = 10;
/** The first part, in which the server is not killed. */
const ALIVE = 2 / 3;
const CLIENTS = 12;
/** Long enough to fill the server's cache of recent events before memory is judged. */
const CONTENT_CHARS = 3_000;
const SENDS_PER_SECOND_MAX = 40;
/** A bound for the recorded history, so that it fits into memory. Every client receives each send. */
const ENTRIES_MAX = 1_000_000;
const QUIET_MAX_MS = 60_000;
const MS_PER_SECOND = 1_000;

/** Runs the mixed load. */
export const soak: Fault = {
  name: 'soak',
  proves: '[B2] loses nothing in a long run of mixed load and kills',
  async run(size) {
    const minutes = size === 'short' ? SHORT_MINUTES : Number(process.env.SOAK_MINUTES ?? 15);
    const lengthMs = minutes * MINUTE_MS;
    const embedded = await startEmbeddedServer({ hasProbe: true });
    const { server, judged } = embedded;
    const samples: Sample[] = [];
    const broken: string[] = [];
    let kills = 0;
    let pages = 0;
    const verdict = await judge({
      name: `soak of ${minutes} minutes`,
      server: judged,
      clients: CLIENTS,
      rooms: 2,
      churnEvery: 100,
      quietMaxMs: QUIET_MAX_MS,
      talking: { outstanding: 4, pauseMs: pauseMs(lengthMs), contentChars: CONTENT_CHARS },
      meanwhile: async (run) => {
        const load = startLoad(server, run);
        const { pid } = server;
        const aliveMs = lengthMs * ALIVE;
        const step = { killEveryMs: KILL_EVERY_MS[size], sampleEveryMs: aliveMs / SAMPLES };
        kills += await killStore(embedded, run, samples, { ...step, forMs: aliveMs });
        if (server.pid !== pid) broken.push('the server process stays the same while PostgreSQL is killed');
        kills += await killBoth(embedded, run, { ...step, forMs: lengthMs - aliveMs });
        await load.stop();
        broken.push(...load.broken);
        pages = load.pages;
      },
    }).finally(embedded.close);
    process.stdout.write(`${tableOf(samples)}\n`);
    return outcomeOf(verdict, {
      trials: kills,
      broken: [...broken, ...unless({ 'history is read': pages > 0, 'something is killed': kills > 0 })],
      figures: figuresOf(samples),
      notes: tableOf(samples),
    });
  },
};

function pauseMs(lengthMs: number): number {
  const seconds = lengthMs / MS_PER_SECOND;
  const perSecond = Math.min(SENDS_PER_SECOND_MAX, ENTRIES_MAX / CLIENTS / seconds);
  return (CLIENTS * MS_PER_SECOND) / perSecond;
}

type Leg = { killEveryMs: number; sampleEveryMs: number; forMs: number };

async function killStore(
  { server, signal, back }: EmbeddedServer,
  run: Run,
  samples: Sample[],
  { killEveryMs, sampleEveryMs, forMs }: Leg,
): Promise<number> {
  const startedAt = performance.now();
  const isOver = () => performance.now() - startedAt >= forMs;
  let kills = 0;
  let isKilling = true;
  const killing = (async () => {
    while (!isOver()) {
      await delay(killEveryMs);
      await signal('SIGKILL');
      kills++;
      await back();
      await run.progress(1);
    }
  })().finally(() => {
    isKilling = false;
  });
  while (isKilling) {
    samples.push(await sample(server, run, startedAt));
    await Promise.race([delay(sampleEveryMs), killing]);
  }
  await killing;
  samples.push(await sample(server, run, startedAt));
  return kills;
}

/** Kills the server and PostgreSQL in turn. The restarted server finds its PostgreSQL running, or recovers the data. */
async function killBoth(
  { server, signal, back }: EmbeddedServer,
  run: Run,
  { killEveryMs, forMs }: Leg,
): Promise<number> {
  const startedAt = performance.now();
  let kills = 0;
  while (performance.now() - startedAt < forMs) {
    await delay(killEveryMs);
    if (kills % 2 === 0) {
      await server.kill();
      await server.restart();
    } else {
      await signal('SIGKILL');
      await back();
    }
    kills++;
    await run.progress(1);
  }
  return kills;
}

function figuresOf(samples: readonly Sample[]) {
  const growth = (of: (sample: Sample) => number) => slopePerMinute(samples, of);
  return [
    { what: 'heap growth', value: growth(({ heapMiB }) => heapMiB), unit: 'MiB/min', goal: 0.5 },
    { what: 'resident memory growth', value: growth(({ rssMiB }) => rssMiB), unit: 'MiB/min', goal: 2 },
    { what: 'descriptor growth', value: growth(({ descriptors }) => descriptors), unit: '/min', goal: 0.5 },
  ] as const;
}
