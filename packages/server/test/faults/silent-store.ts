/** Lines to the database that are dead without a word: nothing comes, nothing goes, and neither end is told. */

import { createTestDatabase } from '../harness/database.ts';
import { type LineProxy, openLineProxy, type SilentLines } from '../harness/line-proxy.ts';
import { startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';
import { type JudgeOptions, judge } from '../history/run.ts';
import { type Fault, inRounds, type Outcome, outcomeOf, unless } from './fault.ts';
import { untilAck } from './measure.ts';

const ROUNDS = { short: 1, full: 10 } as const;
/** Of the appender; each has one line, and every room of the run is on another one. */
const LANES = 4;
/** The longest that a statement, and with it a line, is waited for; and half a second. */
const GIVEN_UP_MS = 6_000;
/** An idle line is no longer kept than this. */
const IDLE_MAX_MS = 70_000;
const ANSWER_MAX_MS = 5_500;
/** What was on its way when the lines fell silent may still arrive. */
const IN_FLIGHT_MS = 50;

export const storeLinesSilent: Fault = {
  name: 'half-open lines to the database',
  proves: '[S3] gives up lines to the database that are dead, uses none of them again, and opens others',
  async run(size) {
    const database = await createTestDatabase();
    const line = await openLineProxy(database.url);
    const server = await startServer({ env: { DATABASE_URL: line.url } });
    const judged = { url: server.url, databaseUrl: database.url };
    try {
      return await inRounds(ROUNDS[size], () => silence(line, judged, size === 'full'));
    } finally {
      await server.close();
      await line.close();
      await database.drop();
    }
  },
};

/** @param waitsForIdle whether lines that nothing was asked on are waited for, too. */
async function silence(
  line: LineProxy,
  server: JudgeOptions['server'],
  waitsForIdle: boolean,
): Promise<Outcome> {
  const silent: SilentLines[] = [];
  const open = { before: 0, after: 0 };
  let silentAt = 0;
  const verdict = await judge({
    name: storeLinesSilent.name,
    server,
    clients: 12,
    rooms: LANES,
    meanwhile: async (run) => {
      await run.progress(100);
      open.before = line.size;
      silentAt = performance.now();
      const lines = line.fallSilent();
      silent.push(lines);
      await run.progress(200);
      const asked = waitsForIdle ? lines.count : LANES;
      await until('dead lines are given up', () => lines.givenUp >= asked, IDLE_MAX_MS);
      await run.progress(200);
      open.after = line.size;
    },
  });
  const wasUsed = silent.some((lines) => lines.usedAfter(GIVEN_UP_MS));
  for (const lines of silent) lines.cut();
  const { lost, ack, refusal } = verdict.figures;
  return outcomeOf(verdict, {
    trials: silent.reduce((sum, lines) => sum + lines.count, 0),
    recoveriesMs: [untilAck(verdict.history, silentAt + IN_FLIGHT_MS)],
    broken: unless({
      'no dead line is used again': !wasUsed,
      [`every lane has a line again: ${open.after} of ${open.before}`]: open.after >= LANES,
      'no socket is dropped': lost === 0,
    }),
    figures: [
      { what: 'slowest ok', value: ack?.max ?? 0, unit: 'ms' },
      { what: 'slowest refusal', value: refusal?.max ?? 0, unit: 'ms', goal: ANSWER_MAX_MS },
    ],
  });
}
