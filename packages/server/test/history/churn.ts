/** Joins and leaves during a run: one person at a time is kicked or leaves, and comes back later. */

import type { Room, User } from '@banter/protocol';
import { ask, type Host } from '../harness/http.ts';
import type { Chance } from '../harness/seed.ts';
import { until } from '../harness/wait.ts';
import type { Act, History } from './record.ts';

/** The joins and leaves of a run. */
export type Churn = {
  start(): void;
  /** Resolves once an absent person has come back. @throws Error if an act did not succeed in time. */
  stop(): Promise<void>;
  /** Ends a failed run at once: no request follows after this resolves. Safe after `stop`. */
  abandon(): Promise<void>;
};

/** The parts of a run that churn needs. */
export type Busy = {
  readonly history: History;
  /** The first person owns the rooms and stays. */
  readonly people: readonly Going[];
  readonly rooms: readonly Pick<Room, 'id'>[];
  readonly acked: number;
};

type Going = { readonly user: Pick<User, 'id'>; readonly token: string };

/** The time for retries of an act. */
const ACT_MAX_MS = 30_000;
const ANSWER_MAX_MS = 6_000;

/** Creates the churn. @param every the number of acknowledged sends between two acts; 0 for no acts. */
export function createChurn(host: Host, run: Busy, chance: Chance, every: number): Churn {
  const [owner, ...others] = run.people;
  const ending = new AbortController();
  let isOver = false;
  let running: Promise<void> = Promise.resolve();

  async function go(): Promise<void> {
    if (!owner || others.length === 0) return;
    while (!isOver) {
      await pass();
      const member = chance.pick(others);
      const { id } = chance.pick(run.rooms);
      const path = `/v1/rooms/${id}`;
      if (chance.next() < 1 / 2)
        await act(member, id, 'out', owner, 'DELETE', `${path}/members/${member.user.id}`);
      else await act(member, id, 'out', member, 'POST', `${path}/leave`);
      await pass();
      await act(member, id, 'in', member, 'POST', `${path}/join`);
    }
  }

  /** Waits while the others talk. If they come to a standstill, the run fails and ends this. */
  async function pass(): Promise<void> {
    const goal = run.acked + every;
    await until('the next join or leave', () => isOver || run.acked >= goal, Number.POSITIVE_INFINITY);
  }

  /** Repeats an act until it succeeds. All acts are idempotent. */
  async function act(
    { user }: Going,
    roomId: number,
    direction: Act['direction'],
    actor: Going,
    method: string,
    path: string,
  ): Promise<void> {
    if (ending.signal.aborted) return;
    const fact = { kind: 'act', roomId, member: user.id, direction } as const;
    run.history.record({ ...fact, phase: 'invoke' });
    await until(
      `${method} ${path}`,
      () => ending.signal.aborted || succeeds(actor, method, path),
      ACT_MAX_MS,
    );
    if (ending.signal.aborted) return;
    run.history.record({ ...fact, phase: 'done' });
  }

  async function succeeds({ token }: Going, method: string, path: string): Promise<boolean> {
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(ANSWER_MAX_MS)]);
    try {
      return (await ask(host, method, path, { token, signal })).status < 300;
    } catch {
      return false;
    }
  }

  return {
    start() {
      if (every === 0) return;
      running = go();
      // `stop` reports a failure. This handler only avoids an unhandled rejection until then.
      running.catch(() => undefined);
    },
    async stop() {
      isOver = true;
      await running;
    },
    async abandon() {
      isOver = true;
      ending.abort();
      await running.catch(() => undefined);
    },
  };
}
