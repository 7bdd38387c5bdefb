/** Fault: client connections become half-open. No bytes pass, and neither end learns of it. */

import { createTestClock, startApp } from '../harness/app.ts';
import { openClientProxy } from '../harness/line-proxy.ts';
import { until } from '../harness/wait.ts';
import { judge } from '../history/run.ts';
import { type Fault, inRounds, type Outcome, outcomeOf, unless } from './fault.ts';

const CLIENTS = 12;
/** The clients whose connections become half-open. */
const SILENT = 4;
const REAPED_MAX_MS = 40_000;
const ROUNDS = { short: 1, full: 10 } as const;

/** Makes some client connections half-open while people talk. */
export const clientsSilent: Fault = {
  name: 'half-open client connections',
  proves: '[S2] detects half-open client connections by the heartbeat, and loses none of their messages',
  run: (size) => inRounds(ROUNDS[size], silenceClients),
};

/** Advances the clock second by second, so that 40 s pass in a few. */
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
      await until('the server has closed all of them', async () => {
        clock.advance(STEP_MS);
        // Meanwhile the other clients answer their pings.
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
      [`they are detected within 40 s: ${Math.round(reapedMs)} ms`]: reapedMs <= REAPED_MAX_MS + STEP_MS,
      'no other connection is closed': verdict.figures.lost === SILENT,
    }),
    figures: [{ what: 'detected after', value: reapedMs, unit: 'ms', goal: REAPED_MAX_MS }],
  });
}

const STEP_MS = 1_000;
