/** Faults: PostgreSQL is killed, hangs, or is unreachable while people talk. */

import { setTimeout as delay } from 'node:timers/promises';
import { APPEND_SQL } from '../../src/store/append/append-sql.ts';
import { createTestDatabase } from '../harness/database.ts';
import { openLineProxy } from '../harness/line-proxy.ts';
import { beginOutage } from '../harness/outage.ts';
import { startServer } from '../harness/server.ts';
import { until } from '../harness/wait.ts';
import { type JudgeOptions, judge } from '../history/run.ts';
import { type EmbeddedServer, startEmbeddedServer } from './embedded.ts';
import { type Fault, inRounds, type Outcome, outcomeOf, unless } from './fault.ts';
import { acksBetween, areRetryable, MIB, ratio, refusalCodes, untilAck, worst } from './measure.ts';

const CLIENTS = 12;
const KILLS = { short: { rounds: 1, kills: 5 }, full: { rounds: 5, kills: 10 } } as const;
/** Longer than the 5 s within which a send must get an answer. */
const HANGS_MS = 10_000;
const AWAY_MS = { short: 10_000, full: 60_000 } as const;
/** The statements whose response is lost, one after the other. */
const CUT: (keyof typeof APPEND_SQL)[] = ['messages', 'entries', 'entries', 'kick', 'entries', 'messages'];
const CUT_ROUNDS = { short: 1, full: 10 } as const;
/** The server's log message when a database connection breaks. */
const BROKEN_CONNECTION_MESSAGE = 'a statement failed, or the database could not be reached';
const CUT_MAX_MS = 60_000;
/** The time after a hang in which the latency may still be high. */
const SETTLED_MS = 2_000;
/** The limit of [S6], plus half a second for the way to the client and back. */
const ANSWER_MAX_MS = 5_500;

/** Kills PostgreSQL again and again. */
export const storeKilled: Fault = {
  name: 'SIGKILL of PostgreSQL',
  proves: '[S3] keeps every promise through kills of PostgreSQL, and closes no socket',
  async run(size) {
    const { rounds, kills } = KILLS[size];
    const embedded = await startEmbeddedServer();
    try {
      return await inRounds(rounds, () => killRepeatedly(embedded, kills));
    } finally {
      await embedded.close();
    }
  },
};

/** Stops PostgreSQL's processes for a while. */
export const storeStopped: Fault = {
  name: 'SIGSTOP of PostgreSQL for 10 s',
  proves: '[S6] answers within 5 s and closes no socket while PostgreSQL hangs',
  async run() {
    const embedded = await startEmbeddedServer({ hasProbe: true });
    try {
      return await hang(embedded);
    } finally {
      await embedded.close();
    }
  },
};

/** Makes the database unreachable for a while. */
export const storeAway: Fault = {
  name: 'database unreachable',
  proves: '[S6] rejects sends within 5 s and closes no socket while the database is unreachable',
  async run(size) {
    const server = await startServer();
    let healedAt = 0;
    const verdict = await judge({
      name: storeAway.name,
      server,
      clients: CLIENTS,
      meanwhile: async (run) => {
        await run.progress(100);
        const outage = await beginOutage(server.databaseUrl);
        await delay(AWAY_MS[size]);
        await outage.end();
        healedAt = performance.now();
        await run.progress(100);
      },
    }).finally(server.close);
    const codes = refusalCodes(verdict.history);
    const { lost, refusal } = verdict.figures;
    return outcomeOf(verdict, {
      trials: 1,
      recoveriesMs: [untilAck(verdict.history, healedAt)],
      broken: unless({
        'no socket is closed': lost === 0,
        [`every rejection is retryable: ${codes.join(', ')}`]: areRetryable(codes),
      }),
      figures: [{ what: 'slowest rejection', value: refusal?.max ?? 0, unit: 'ms', goal: ANSWER_MAX_MS }],
    });
  },
};

/** Cuts a database connection after a commit, before its response. */
export const commitAnswerLost: Fault = {
  name: 'response to COMMIT lost',
  proves: '[S3] loses and duplicates nothing when the response to a commit is lost',
  async run(size) {
    const database = await createTestDatabase();
    const line = await openLineProxy(database.url);
    const server = await startServer({ env: { DATABASE_URL: line.url } });
    const judged = { url: server.url, databaseUrl: database.url };
    const cuts = () => server.output().split(BROKEN_CONNECTION_MESSAGE).length - 1;
    const cutOne = async (statement: string) => {
      const before = cuts();
      line.cutAfter(statement);
      await until(`the connection is cut after ${statement}`, () => cuts() > before, CUT_MAX_MS);
      return performance.now();
    };
    try {
      return await inRounds(CUT_ROUNDS[size], () => loseAnswers(judged, cutOne));
    } finally {
      await server.close();
      await line.close();
      await database.drop();
    }
  },
};

async function loseAnswers(
  server: JudgeOptions['server'],
  cutOne: (statement: string) => Promise<number>,
): Promise<Outcome> {
  const cutAt: number[] = [];
  const verdict = await judge({
    name: commitAnswerLost.name,
    server,
    clients: CLIENTS,
    churnEvery: 10,
    meanwhile: async (run) => {
      for (const statement of CUT) {
        cutAt.push(await cutOne(APPEND_SQL[statement].name));
        await run.progress(50);
      }
    },
  });
  return outcomeOf(verdict, {
    trials: CUT.length,
    recoveriesMs: cutAt.map((at) => untilAck(verdict.history, at)),
    broken: unless({ 'no socket is closed': verdict.figures.lost === 0 }),
  });
}

async function killRepeatedly(
  { server, judged, signal, accepts }: EmbeddedServer,
  kills: number,
): Promise<Outcome> {
  const { pid } = server;
  const moments: { killedAt: number; acceptsAt: number }[] = [];
  const verdict = await judge({
    name: storeKilled.name,
    server: judged,
    clients: CLIENTS,
    churnEvery: 60,
    meanwhile: async (run) => {
      for (let kill = 0; kill < kills; kill++) {
        await run.progress(100);
        await signal('SIGKILL');
        const killedAt = performance.now();
        await accepts();
        moments.push({ killedAt, acceptsAt: performance.now() });
        await run.progress(100);
      }
    },
  });
  const { history, figures } = verdict;
  const backMs = moments.map(({ acceptsAt }) => untilAck(history, acceptsAt));
  return outcomeOf(verdict, {
    trials: kills,
    recoveriesMs: moments.map(({ killedAt, acceptsAt }, i) => acceptsAt - killedAt + (backMs[i] ?? 0)),
    broken: unless({
      'the server is the same process': server.pid === pid,
      'no socket is closed': figures.lost === 0,
    }),
    figures: [
      { what: 'longest from PostgreSQL ready to an ok', value: worst(backMs), unit: 'ms', goal: 3_000 },
    ],
  });
}

async function hang({ server, judged, signal, back }: EmbeddedServer): Promise<Outcome> {
  const at = { stop: 0, heal: 0 };
  let rssBytes = 0;
  let lagP99Ms = 0;
  const verdict = await judge({
    name: storeStopped.name,
    server: judged,
    clients: CLIENTS,
    meanwhile: async (run) => {
      await run.progress(400);
      const before = await server.probe({ gc: true, reset: true });
      at.stop = performance.now();
      await signal('SIGSTOP');
      await delay(HANGS_MS);
      const after = await server.probe();
      rssBytes = after.rssBytes - before.rssBytes;
      ({ lagP99Ms } = after);
      await signal('SIGCONT');
      at.heal = performance.now();
      await back();
      await delay(SETTLED_MS);
      await run.progress(400);
    },
  });
  const { ack, refusal, lost } = verdict.figures;
  const before = acksBetween(verdict.history, 0, at.stop);
  const after = acksBetween(verdict.history, at.heal + SETTLED_MS);
  return outcomeOf(verdict, {
    trials: 1,
    recoveriesMs: [untilAck(verdict.history, at.heal)],
    broken: unless({ 'no socket is closed': lost === 0 }),
    figures: [
      { what: 'server event loop lag p99', value: lagP99Ms, unit: 'ms', goal: 50 },
      { what: 'slowest rejection', value: refusal?.max ?? 0, unit: 'ms', goal: ANSWER_MAX_MS },
      { what: 'slowest ok', value: ack?.max ?? 0, unit: 'ms' },
      { what: 'memory growth', value: rssBytes / MIB, unit: 'MiB', goal: 64 },
      { what: 'ack p50 2 s later against before', value: ratio(after?.p50, before?.p50), unit: '×', goal: 2 },
    ],
  });
}
