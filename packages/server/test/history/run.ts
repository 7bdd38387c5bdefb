/** A run under judgement: people talk while something goes wrong, then everything heals, and the checks decide. */

import type { Room } from '@banter/protocol';
import type { Host } from '../harness/http.ts';
import type { Person } from '../harness/people.ts';
import { createChance, printedChance } from '../harness/seed.ts';
import { openSql, type Sql } from '../harness/sql.ts';
import { until } from '../harness/wait.ts';
import { check, count, type Violation } from './check.ts';
import { createChurn } from './churn.ts';
import type { ClientOptions, SimulatedClient } from './client.ts';
import { type Figures, figuresOf, tell } from './figures.ts';
import { readAsLatecomer } from './latecomer.ts';
import { prepare } from './prepare.ts';
import type { History } from './record.ts';
import { type FinalState, readState } from './state.ts';

export type JudgeOptions = {
  /** What is printed before the seed and the figures. */
  name: string;
  server: Host & { readonly databaseUrl: string };
  /** People, and rooms in which all of them are. */
  clients?: number;
  rooms?: number;
  /** How many acknowledged sends the run has at least; it lasts as long as `meanwhile`, and until then. */
  sends?: number;
  seed?: number;
  /** How often somebody is removed and comes back, once in so many acknowledged sends; 0: never. */
  churnEvery?: number;
  /** How many of the people talk; all, unless told otherwise. */
  talkers?: number;
  /** Whether everybody but the first, who is everywhere, is in one of the rooms only. */
  isSpread?: boolean;
  /** Where the person of this number finds the server; directly, unless told otherwise. */
  hostOf?: (client: number) => Host | undefined;
  /** How long after a loss people come back, at most. */
  returnMaxMs?: number;
  talking?: Partial<Pick<ClientOptions, 'outstanding' | 'pauseMs' | 'contentChars' | 'repeats'>>;
  /** What goes wrong. It heals the server before it resolves. */
  meanwhile?: (run: Run) => Promise<void>;
  /** How long everything may take to come to rest after the end. */
  quietMaxMs?: number;
};

/** A run under way. */
export type Run = {
  readonly history: History;
  readonly people: readonly Person[];
  readonly rooms: readonly Room[];
  readonly clients: readonly SimulatedClient[];
  readonly acked: number;
  /** Resolves after so many further acknowledged sends. @throws Error when they do not come in a time. */
  progress(sends: number): Promise<void>;
  /** Resolves when everybody is live again. @throws Error when that takes too long. */
  live(): Promise<void>;
};

export type Verdict = {
  seed: number;
  history: History;
  figures: Figures;
  violations: Violation[];
  clients: readonly SimulatedClient[];
};

const QUIET_MAX_MS = 20_000;

/** Runs it, prints the seed and the figures, and gives the violations. */
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
    process.stdout.write(`${name}: seed ${seed}; ${tell(figures)}; ${count(violations)}\n`);
    return { seed, history: run.history, figures, violations, clients: run.clients };
  } finally {
    await churn.abandon();
    await Promise.all(run.clients.map((client) => client.close()));
  }
}

/** Waits until all is quiet, and checks. What does not come to rest is for the checks to tell. */
async function decide(run: Run, { server, quietMaxMs = QUIET_MAX_MS }: JudgeOptions): Promise<Violation[]> {
  const sql = await openSql(server.databaseUrl);
  try {
    await until('everybody has everything', () => isAtRest(run, sql), quietMaxMs).catch(() => undefined);
    const [owner] = run.people;
    if (!owner) throw new RangeError('a run needs somebody');
    const state = await readState(
      sql,
      server,
      owner.token,
      run.rooms.map(({ id }) => id),
    );
    await readAsLatecomer(server, owner, state, run.history, quietMaxMs);
    return decideAndTell(run.history, state);
  } finally {
    await sql.close();
  }
}

function decideAndTell(history: History, state: FinalState): Violation[] {
  const startedAt = performance.now();
  const violations = check(history, state);
  const tookMs = Math.round(performance.now() - startedAt);
  process.stdout.write(`judged ${history.entries.length} entries in ${tookMs} ms\n`);
  return violations;
}

async function isAtRest({ clients, rooms }: Run, sql: Sql): Promise<boolean> {
  if (clients.some(({ waiting, isLive }) => waiting > 0 || !isLive)) return false;
  const heads = await sql.rows<{ roomId: number; userId: number; head: number }>(
    `SELECT r.id AS "roomId", m.account_id AS "userId", r.last_seq AS head
     FROM rooms r JOIN memberships m ON m.room_id = r.id WHERE r.id = ANY ($1)`,
    [rooms.map(({ id }) => id)],
  );
  const byUser = new Map(clients.map((client) => [client.userId, client]));
  return heads.every(({ roomId, userId, head }) => byUser.get(userId)?.position(roomId) === head);
}
