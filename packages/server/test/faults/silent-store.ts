/** Fault: database connections become half-open. No bytes pass, and neither end learns of it. */

import { createTestDatabase } from '../harness/database.ts';
import { type LineProxy, openLineProxy, type SilentLines } from '../harness/line-proxy.ts';
import { startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';
import { type JudgeOptions, judge } from '../history/run.ts';
import { type Fault, inRounds, type Outcome, outcomeOf, unless } from './fault.ts';
import { untilAck } from './measure.ts';

const ROUNDS = { short: 1, full: 10 } as const;
/** The appender's lanes. Each has one connection, and each room of the run uses another lane. */
const LANES = 4;
/** The longest wait for a statement on a connection, plus half a second. */
const GIVEN_UP_MS = 6_000;
/** An idle connection is closed within this time. */
const IDLE_MAX_MS = 70_000;
const ANSWER_MAX_MS = 5_500;
/** Bytes that were under way when the connections became half-open may arrive within this time. */
const IN_FLIGHT_MS = 50;

/** Makes all database connections half-open while people talk. */
export const storeLinesSilent: Fault = {
  name: 'half-open database connections',
  proves: '[S3] abandons half-open database connections, never uses them again, and opens new ones',
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

/** @param waitsForIdle also wait until the server abandons connections without a statement. */
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
      await until(
        'the server has abandoned the half-open connections',
        () => lines.givenUp >= asked,
        IDLE_MAX_MS,
      );
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
      'no half-open connection is used again': !wasUsed,
      [`every lane has a connection again: ${open.after} of ${open.before}`]: open.after >= LANES,
      'no socket is closed': lost === 0,
    }),
    figures: [
      { what: 'slowest ok', value: ack?.max ?? 0, unit: 'ms' },
      { what: 'slowest rejection', value: refusal?.max ?? 0, unit: 'ms', goal: ANSWER_MAX_MS },
    ],
  });
}
