/** Fault: the wall clock jumps an hour forward and an hour back. */

import { type Clock, systemClock } from '../../src/clock.ts';
import { startApp } from '../harness/app.ts';
import { ask } from '../harness/http.ts';
import { judge, type Run } from '../history/run.ts';
import { type Fault, inRounds, type Outcome, outcomeOf, unless } from './fault.ts';

const HOUR_MS = 3_600_000;
const CLIENTS = 12;
/** The clients that reconnect after each step, and authenticate under the new time. */
const CUT = 4;
const ROUNDS = { short: 1, full: 10 } as const;
const STEPS_MS = [HOUR_MS, -HOUR_MS, -HOUR_MS, HOUR_MS];

/** Changes the wall clock while people talk. */
export const clockStepped: Fault = {
  name: 'clock changed by one hour',
  proves: '[O1] keeps order and every socket when the clock changes, and rejects expired tokens',
  run: (size) => inRounds(ROUNDS[size], stepThrough),
};

async function stepThrough(): Promise<Outcome> {
  let offsetMs = 0;
  const clock: Clock = { ...systemClock, wall: () => systemClock.wall() + offsetMs };
  const app = await startApp({ clock });
  const statuses: number[] = [];
  const meStatus = async (token: string) => (await ask(app, 'GET', '/v1/me', { token })).status;
  const verdict = await judge({
    name: clockStepped.name,
    server: app,
    clients: CLIENTS,
    meanwhile: async (run) => {
      const old = run.people[0]?.token ?? '';
      statuses.push(await meStatus(old));
      for (const stepMs of STEPS_MS) {
        await run.progress(50);
        offsetMs += stepMs;
        if (offsetMs === HOUR_MS) statuses.push(await meStatus(old));
        await run.progress(50);
        await reconnectSome(run);
      }
    },
  }).finally(app.close);
  return outcomeOf(verdict, {
    trials: STEPS_MS.length,
    broken: unless({
      'no step closes a connection': verdict.figures.lost === STEPS_MS.length * CUT,
      'no send is rejected': verdict.figures.refused === 0,
      [`a token is accepted before it expires and rejected after: ${statuses.join(', ')}`]:
        statuses.join() === '200,401',
    }),
  });
}

async function reconnectSome(run: Run): Promise<void> {
  for (const client of run.clients.slice(0, CUT)) client.cut();
  await run.live();
}
