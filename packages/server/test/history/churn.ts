/** Comings and goings during a run: one person at a time is kicked or leaves, and comes back a while later. */

import type { Room } from '@banter/protocol';
import { ask, type Host } from '../harness/http.ts';
import type { Person } from '../harness/people.ts';
import type { Chance } from '../harness/seed.ts';
import { until } from '../harness/wait.ts';
import type { Act, History } from './record.ts';

export type Churn = {
  start(): void;
  /** Resolves when whoever is out has come back. Safe to call twice. */
  stop(): Promise<void>;
};

/** What it needs to know of a run. */
export type Busy = {
  readonly history: History;
  readonly people: readonly Person[];
  readonly rooms: readonly Room[];
  readonly acked: number;
};

/** How long an act is tried again. */
const ACT_MAX_MS = 30_000;
const ANSWER_MAX_MS = 6_000;

/** @param every after how many acknowledged sends the next one goes or comes back; 0: nobody ever. */
export function createChurn(host: Host, run: Busy, chance: Chance, every: number): Churn {
  const [owner, ...others] = run.people;
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

  /** Lets the others talk for a while. */
  async function pass(): Promise<void> {
    const goal = run.acked + every;
    await until('the next coming or going', () => isOver || run.acked >= goal, ACT_MAX_MS);
  }

  /** Repeats an act until it is known to have happened: all of them may be repeated. */
  async function act(
    { user }: Person,
    roomId: number,
    direction: Act['direction'],
    actor: Person,
    method: string,
    path: string,
  ): Promise<void> {
    const fact = { kind: 'act', roomId, member: user.id, direction } as const;
    run.history.note({ ...fact, phase: 'invoke' });
    await until(`${method} ${path}`, () => succeeds(host, actor, method, path), ACT_MAX_MS);
    run.history.note({ ...fact, phase: 'done' });
  }

  return {
    start() {
      if (every > 0) running = go();
    },
    async stop() {
      isOver = true;
      await running;
    },
  };
}

async function succeeds(host: Host, { token }: Person, method: string, path: string): Promise<boolean> {
  try {
    return (
      (await ask(host, method, path, { token, signal: AbortSignal.timeout(ANSWER_MAX_MS) })).status < 300
    );
  } catch {
    return false;
  }
}
