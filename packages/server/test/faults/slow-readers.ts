/** Fault: five of a hundred readers are slow. Three read a kilobyte per second, and two read nothing. */

import { openClientProxy } from '../harness/line-proxy.ts';
import { startServer } from '../harness/server.ts';
import { judge, type Run } from '../history/run.ts';
import { type Fault, inRounds, type Outcome, outcomeOf, unless } from './fault.ts';
import { deliveriesBetween, MIB, ratio } from './measure.ts';

const READERS = 100;
const TALKERS = 20;
const SIPPING: readonly number[] = [30, 40, 50];
const SILENT: readonly number[] = [60, 70];
const SIP_BYTES_PER_SECOND = 1_024;
/** Long messages (up to 1.5 times this), so that a reader that stops soon fills the system's buffers. */
const TALKING = { contentChars: 5_000, pauseMs: 100, outstanding: 1 };
const CALM_SENDS = 100;
/** At 200 sends per second at most, this ends well before the 30 s after which a stuck reader is closed. */
const BEHIND_SENDS = { short: 1_200, full: 3_000 } as const;
const ROUNDS = { short: 1, full: 3 } as const;

/** Slows some readers down while people talk. */
export const slowReaders: Fault = {
  name: 'slow readers, 5 of 100',
  proves: '[B1] delays nobody because of slow readers, and delivers everything to them in the end',
  run: (size) => inRounds(ROUNDS[size], () => readSlowly(BEHIND_SENDS[size])),
};

async function readSlowly(sends: number): Promise<Outcome> {
  const server = await startServer({ hasProbe: true });
  const proxy = await openClientProxy(server.url);
  const at = { calm: 0, slow: 0, end: 0 };
  let heldBytes = 0;
  const verdict = await judge({
    name: slowReaders.name,
    server,
    clients: READERS,
    talkers: TALKERS,
    rooms: 1,
    talking: TALKING,
    hostOf: (client) => (SIPPING.includes(client) ? proxy : undefined),
    meanwhile: async (run) => {
      at.calm = performance.now();
      await run.progress(CALM_SENDS);
      const before = await server.probe({ gc: true });
      setReading(run, 'none');
      // New connections have small buffers. The system enlarges them for a reader that has read much.
      for (const client of SILENT) run.clients[client]?.cut();
      proxy.setPace(SIP_BYTES_PER_SECOND);
      at.slow = performance.now();
      await run.progress(sends);
      at.end = performance.now();
      heldBytes = (await server.probe({ gc: true })).heapBytes - before.heapBytes;
      proxy.setPace(null);
      setReading(run, 'eager');
    },
  }).finally(async () => {
    await proxy.close();
    await server.close();
  });
  const slow = new Set([...SIPPING, ...SILENT].map((client) => verdict.clients[client]?.userId ?? 0));
  const calm = deliveriesBetween(verdict.history, at.calm, at.slow, slow);
  const during = deliveriesBetween(verdict.history, at.slow, at.end, slow);
  const neverBehind = SILENT.filter((client) => verdict.clients[client]?.catchUps === 0);
  return outcomeOf(verdict, {
    trials: slow.size,
    recoveriesMs: [],
    broken: unless({
      'no send is rejected': verdict.figures.refused === 0,
      'the server stops pushing to readers that read nothing': neverBehind.length === 0,
    }),
    figures: [
      { what: 'memory per slow reader', value: heldBytes / slow.size / MIB, unit: 'MiB', goal: 2 },
      {
        what: 'p99 of the others against before',
        value: ratio(during?.p99, calm?.p99),
        unit: '×',
        goal: 1.1,
      },
      { what: 'p99 of the others', value: during?.p99 ?? 0, unit: 'ms' },
    ],
  });
}

function setReading({ clients }: Run, reading: 'none' | 'eager'): void {
  for (const client of SILENT) clients[client]?.read(reading);
}
