/** Lines of clients that are dead without a word: nothing comes, nothing goes, and neither end is told. */

import { createTestClock, startApp } from '../harness/app.ts';
import { openClientProxy } from '../harness/line-proxy.ts';
import { until } from '../harness/wait.ts';
import { judge } from '../history/run.ts';
import { type Fault, inRounds, type Outcome, outcomeOf, unless } from './fault.ts';

const CLIENTS = 12;
/** People on lines that fall silent. */
const SILENT = 4;
const REAPED_MAX_MS = 40_000;
const ROUNDS = { short: 1, full: 10 } as const;

export const clientsSilent: Fault = {
  name: 'half-open lines of clients',
  proves: '[S2] finds clients whose line is dead, by their heartbeat alone, and loses nothing of them',
  run: (size) => inRounds(ROUNDS[size], silenceClients),
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
