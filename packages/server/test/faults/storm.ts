/** Fault: all clients lose their connections at once and reconnect within a few seconds. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startServer } from '../harness/server.ts';
import { judge } from '../history/run.ts';
import { type Fault, inRounds, type Outcome, outcomeOf, unless } from './fault.ts';
import { acksBetween, ratio, worst } from './measure.ts';

const CLIENTS = { short: 300, full: 2_000 } as const;
const ROUNDS = { short: 1, full: 3 } as const;
const ROOM_PEOPLE = 100;
const RETURN_MAX_MS = 5_000;
/** The clients that talk. They keep their connections and should not notice the storm. */
const STEADY = 10;
const CALM_SENDS = 150;
const OWN_LAG_MS = 5;
const NS_PER_MS = 1e6;
const LIVE_MAX_MS = 60_000;
/** Each connection needs a descriptor here and in the server. This many are kept for everything else. */
const OTHER_DESCRIPTORS = 200;

/** Closes nearly all connections at once. */
export const reconnectStorm: Fault = {
  name: 'reconnect storm within 5 s',
  proves: '[R1] brings every client back live after all connections were lost at once',
  run: (size) => inRounds(ROUNDS[size], () => storm(Math.min(CLIENTS[size], affordable()))),
};

async function storm(clients: number): Promise<Outcome> {
  const server = await startServer({ hasProbe: true });
  const at = { calm: 0, storm: 0, over: 0 };
  let lagP99Ms = 0;
  // All clients run in this process, so its event loop lag is part of their figures.
  const own = monitorEventLoopDelay({ resolution: OWN_LAG_MS });
  const verdict = await judge({
    name: `${reconnectStorm.name}, ${clients} people`,
    server,
    clients,
    rooms: Math.ceil(clients / ROOM_PEOPLE),
    isSpread: true,
    talkers: STEADY,
    talking: { outstanding: 1, pauseMs: 100, repeats: 0 },
    returnMaxMs: RETURN_MAX_MS,
    meanwhile: async (run) => {
      at.calm = performance.now();
      await run.progress(CALM_SENDS);
      await server.probe({ reset: true });
      own.enable();
      at.storm = performance.now();
      for (const client of run.clients.slice(STEADY)) client.cut();
      await run.live();
      at.over = performance.now();
      own.disable();
      ({ lagP99Ms } = await server.probe());
    },
  }).finally(server.close);
  const { history, figures } = verdict;
  const calm = acksBetween(history, at.calm, at.storm);
  const during = acksBetween(history, at.storm, at.over);
  const cut = clients - STEADY;
  return outcomeOf(verdict, {
    trials: cut,
    broken: unless({
      [`every client loses one connection: ${figures.lost} of ${cut}`]: figures.lost === cut,
    }),
    figures: [
      { what: 'slowest recovery', value: worst(figures.recoveriesMs), unit: 'ms', goal: LIVE_MAX_MS },
      {
        what: 'ack p99 of the others against before',
        value: ratio(during?.p99, calm?.p99),
        unit: '×',
        goal: 2,
      },
      { what: 'ack p99 of the others', value: during?.p99 ?? 0, unit: 'ms' },
      { what: 'server event loop lag p99', value: lagP99Ms, unit: 'ms' },
      {
        what: 'test process event loop lag p99',
        value: own.percentile(99) / NS_PER_MS - OWN_LAG_MS,
        unit: 'ms',
      },
    ],
  });
}

/** Returns how many connections this process, and so the server, may open. */
function affordable(): number {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft?: unknown } } };
  const soft = userLimits?.open_files?.soft;
  if (typeof soft !== 'number' || soft >= CLIENTS.full + OTHER_DESCRIPTORS) return CLIENTS.full;
  process.stdout.write(`The limit of open files is ${soft}, so the storm is smaller.\n`);
  return soft - OTHER_DESCRIPTORS;
}
