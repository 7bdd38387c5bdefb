/** Lines that are dead without a word: nothing comes, nothing goes, and neither end is told. */

import { createTestClock, startApp } from '../harness/app.ts';
import { createTestDatabase } from '../harness/database.ts';
import { openClientProxy, openLineProxy, type SilentLines } from '../harness/line-proxy.ts';
import { startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';
import { judge } from '../history/run.ts';
import { type Fault, inRounds, type Outcome, outcomeOf, unless } from './fault.ts';
import { untilAck, worst } from './measure.ts';

const CLIENTS = 12;
/** People on lines that fall silent. */
const SILENT = 4;
const REAPED_MAX_MS = 40_000;
const ROUNDS = { short: 1, full: 10 } as const;
/** The longest that a statement, and with it a line, is waited for; and half a second. */
const GIVEN_UP_MS = 6_000;
/** An idle line is no longer kept than this. */
const IDLE_MAX_MS = 70_000;

export const clientsSilent: Fault = {
  name: 'half-open lines of clients',
  proves: '[S2] finds clients whose line is dead, by their heartbeat alone, and loses nothing of them',
  run: (size) => inRounds(ROUNDS[size], silenceClients),
};

export const storeLinesSilent: Fault = {
  name: 'half-open lines to the database',
  proves: '[S3] gives up lines to the database that are dead, uses none of them again, and opens others',
  run: (size) => inRounds(ROUNDS[size], () => silenceStore(size === 'full')),
};

/** The clock is moved second by second, so that 40 s pass in a few. */
async function silenceClients(): Promise<Outcome> {
  const clock = createTestClock();
  const app = await startApp({ clock });
  const proxy = await openClientProxy(app.url);
  let reapedMs = 0;
  const verdict = await judge({
    name: clientsSilent.name,
    server: app,
    clients: CLIENTS,
    hostOf: (client) => (client < SILENT ? proxy : undefined),
    meanwhile: async (run) => {
      await run.progress(50);
      const lines = proxy.fallSilent();
      const silentAt = clock.now();
      await until('all of them are found', async () => {
        clock.advance(STEP_MS);
        // The others answer their pings meanwhile.
        await run.progress(1);
        return app.counts().sockets <= CLIENTS - lines.count;
      });
      reapedMs = clock.now() - silentAt;
      lines.cut();
      await run.live();
      await run.progress(50);
    },
  }).finally(async () => {
    await proxy.close();
    await app.close();
  });
  return outcomeOf(verdict, {
    trials: SILENT,
    broken: unless({
      [`they are found within 40 s, not ${Math.round(reapedMs)} ms`]: reapedMs <= REAPED_MAX_MS + STEP_MS,
      'nobody else is cut off': verdict.figures.lost === SILENT,
    }),
    figures: [{ what: 'found after', value: reapedMs, unit: 'ms', goal: REAPED_MAX_MS }],
  });
}

const STEP_MS = 1_000;

/** @param waitsForIdle whether also lines that nothing was asked on are waited for. */
async function silenceStore(waitsForIdle: boolean): Promise<Outcome> {
  const database = await createTestDatabase();
  const proxy = await openLineProxy(database.url);
  const server = await startServer({ env: { DATABASE_URL: proxy.url } });
  const moments: number[] = [];
  const sizes: number[] = [];
  let lines: SilentLines | null = null;
  const verdict = await judge({
    name: storeLinesSilent.name,
    server: { url: server.url, databaseUrl: database.url },
    clients: CLIENTS,
    rooms: 4,
    meanwhile: async (run) => {
      await run.progress(100);
      sizes.push(proxy.size);
      moments.push(performance.now());
      lines = proxy.fallSilent();
      await run.progress(200);
      const asked = waitsForIdle ? lines.count : LANES;
      await until('dead lines are given up', () => (lines?.givenUp ?? 0) >= asked, IDLE_MAX_MS);
      await run.progress(200);
      sizes.push(proxy.size);
    },
  }).finally(async () => {
    await server.close();
    lines?.cut();
    await proxy.close();
    await database.drop();
  });
  const [before = 0, after = 0] = sizes;
  const recoveriesMs = moments.map((moment) => untilAck(verdict.history, moment + IN_FLIGHT_MS));
  return outcomeOf(verdict, {
    trials: lines === null ? 0 : (lines as SilentLines).count,
    recoveriesMs,
    broken: unless({
      'no dead line is used again': !(lines as SilentLines | null)?.usedAfter(GIVEN_UP_MS),
      [`there are as many lines as before: ${after} of at least ${Math.min(before, LANES)}`]:
        after >= Math.min(before, LANES),
      'no socket is dropped': verdict.figures.lost === 0,
    }),
    figures: [
      { what: 'longest until an ok', value: worst(recoveriesMs), unit: 'ms' },
      { what: 'slowest ok', value: verdict.figures.ack?.max ?? 0, unit: 'ms' },
      { what: 'slowest refusal', value: verdict.figures.refusal?.max ?? 0, unit: 'ms', goal: 5_500 },
    ],
  });
}

/** Of the appender; each has one line, and every room of the run is on another one. */
const LANES = 4;
/** What was on its way when the lines fell silent may still arrive. */
const IN_FLIGHT_MS = 50;
