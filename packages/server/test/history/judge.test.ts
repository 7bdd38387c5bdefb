/** The judge is judged: a clean server has no violation, and each bug put at a seam is found, every time. */

import { expect, it } from 'vitest';
import { type Seams, startJudgedApp } from './app.ts';
import * as bugs from './bugs.ts';
import { type CheckName, explain } from './check.ts';
import { type JudgeOptions, judge, type Run, type Verdict } from './run.ts';

/** Each bug, and what it must be found by. */
const BUGS: [keyof typeof bugs, CheckName, Partial<JudgeOptions>?][] = [
  ['ackBeforeCommit', 'LOST'],
  ['refusesWhatItStored', 'GHOST'],
  ['storesRepeats', 'DUP'],
  ['burnsNumbers', 'DENSE'],
  ['showsWhatIsNotStored', 'PHANTOM'],
  ['dropsDeliveries', 'GAP'],
  ['swapsDeliveries', 'GAP'],
  ['skipsOnResume', 'GAP'],
  ['overtakes', 'FIFO'],
  ['ignoresFences', 'AUTH', { churnEvery: 10, meanwhile: async () => {} }],
  ['neverFillsGaps', 'CONVERGE'],
  ['neverAnswers', 'LIVENESS'],
];
const RUNS = 10;
const AT_ONCE = 5;

it('finds nothing wrong with a clean server', async () => {
  const { violations, figures } = await tryOut('clean', {}, { clients: 12, sends: 1_500, churnEvery: 40 });
  expect(explain(violations)).toBe('no violation');
  expect(figures.acked).toBeGreaterThan(1_500);
});

it.each(BUGS)('finds %s by %s, ten times of ten', async (bug, name, options) => {
  for (let done = 0; done < RUNS; done += AT_ONCE) {
    const runs = Array.from({ length: AT_ONCE }, () => tryOut(bug, bugs[bug], options));
    for (const { violations } of await Promise.all(runs)) {
      expect(violations.map(({ check }) => check)).toContain(name);
    }
  }
});

async function tryOut(name: string, seams: Seams, options: Partial<JudgeOptions> = {}): Promise<Verdict> {
  const app = await startJudgedApp(seams);
  try {
    const small = { clients: 4, sends: 80, quietMaxMs: 600, talking: { repeats: 0.1 } };
    return await judge({ name, server: app, meanwhile: cutSomeLines, ...small, ...options });
  } finally {
    await app.close();
  }
}

async function cutSomeLines(run: Run): Promise<void> {
  for (const client of run.clients) {
    await run.progress(15);
    client.cut();
  }
}
