/** A judged run: people talk while something breaks, then everything recovers, and the checks decide. */

import type { Room } from '@banter/protocol';
import type { Host } from '../harness/http.ts';
import type { Person } from '../harness/people.ts';
import { createChance, printedChance } from '../harness/seed.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';
import { check, count, type Violation } from './check.ts';
import { createChurn } from './churn.ts';
import type { ClientOptions, SimulatedClient } from './client.ts';
import { type Figures, figuresOf, formatFigures } from './figures.ts';
import { readAsLatecomer } from './latecomer.ts';
import { prepare } from './prepare.ts';
import type { History } from './record.ts';
import { type FinalState, readState } from './state.ts';

/** The options of a run. */
export type JudgeOptions = {
  /** Printed before the seed and the figures. */
  name: string;
  server: Host & { readonly databaseUrl: string };
  /** The number of people. */
  clients?: number;
  /** The number of rooms. All people are in all rooms, unless `isSpread`. */
  rooms?: number;
  /** The minimum number of acknowledged sends. The run lasts until then, and at least as long as `meanwhile`. */
  sends?: number;
  seed?: number;
  /** The number of acknowledged sends between two joins or leaves; 0 for none. */
  churnEvery?: number;
  /** The number of people who talk; all by default. */
  talkers?: number;
  /** Puts each person into one room only, except the first, who is in all of them. */
  isSpread?: boolean;
  /** Returns the server's URL for a client by number; the server itself by default. */
  hostOf?: (client: number) => Host | undefined;
  /** The longest wait before a reconnect. */
  returnMaxMs?: number;
  talking?: Partial<Pick<ClientOptions, 'outstanding' | 'pauseMs' | 'contentChars' | 'repeats'>>;
  /** Breaks something. It repairs the server before it resolves. */
  meanwhile?: (run: Run) => Promise<void>;
  /** The time in which everything must become quiet after the end. */
  quietMaxMs?: number;
};

/** A run under way. */
export type Run = {
  readonly history: History;
  readonly people: readonly Person[];
  readonly rooms: readonly Room[];
  readonly clients: readonly SimulatedClient[];
  readonly acked: number;
  /** Resolves after this many further acknowledged sends. @throws Error if it times out. */
  progress(sends: number): Promise<void>;
  /** Resolves once every client is live again. @throws Error if it times out. */
  live(): Promise<void>;
};

/** The result of a run. */
export type Verdict = {
  seed: number;
  history: History;
  figures: Figures;
  violations: Violation[];
  clients: readonly SimulatedClient[];
};

const QUIET_MAX_MS = 20_000;

/** Makes a run, prints its seed and figures, and returns the violations. */
export async function judge(options: JudgeOptions): Promise<Verdict> {
  const { name, server, seed = printedChance(name).seed, sends = 0, meanwhile } = options;
  const run = await prepare(options, seed);
  const churn = createChurn(server, run, createChance(seed + 1), options.churnEvery ?? 0);
  try {
    for (const client of run.clients) client.connect();
    await run.live();
    for (const client of run.clients) client.begin();
    churn.start();
    await Promise.all([meanwhile?.(run), run.progress(sends)]);
    await churn.stop();
    for (const client of run.clients) client.quieten();
    const violations = await decide(run, options);
    const figures = figuresOf(run.history);
    process.stdout.write(`${name}: seed ${seed}; ${formatFigures(figures)}; ${count(violations)}\n`);
    return { seed, history: run.history, figures, violations, clients: run.clients };
  } finally {
    await churn.abandon();
    await Promise.all(run.clients.map((client) => client.close()));
  }
}

/** Waits until all is quiet, then checks. The checks report anything that does not become quiet. */
async function decide(run: Run, { server, quietMaxMs = QUIET_MAX_MS }: JudgeOptions): Promise<Violation[]> {
  const sql = await openSql(server.databaseUrl);
  try {
    await until('every client has every event', () => isQuiet(run, sql), quietMaxMs).catch(() => undefined);
    const [owner] = run.people;
    if (!owner) throw new RangeError('a run needs people');
    const state = await readState(
      sql,
      server,
      owner.token,
      run.rooms.map(({ id }) => id),
    );
    await readAsLatecomer(server, owner, state, run.history, quietMaxMs);
    return checkAndReport(run.history, state);
  } finally {
    await sql.close();
  }
}

function checkAndReport(history: History, state: FinalState): Violation[] {
  const startedAt = performance.now();
  const violations = check(history, state);
  const tookMs = Math.round(performance.now() - startedAt);
  process.stdout.write(`checked ${history.entries.length} entries in ${tookMs} ms\n`);
  return violations;
}

async function isQuiet({ clients, rooms }: Run, sql: Sql): Promise<boolean> {
  if (clients.some(({ waiting, isLive }) => waiting > 0 || !isLive)) return false;
  const heads = await sql.rows<{ roomId: number; userId: number; head: number }>(
    `SELECT r.id AS "roomId", m.account_id AS "userId", r.last_seq AS head
     FROM rooms r JOIN memberships m ON m.room_id = r.id WHERE r.id = ANY ($1)`,
    [rooms.map(({ id }) => id)],
  );
  const byUser = new Map(clients.map((client) => [client.userId, client]));
  return heads.every(({ roomId, userId, head }) => byUser.get(userId)?.position(roomId) === head);
}
