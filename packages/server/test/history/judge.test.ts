/** The judge is judged: a clean server has no violation, and each bug put at a seam is found, every time. */

import { expect, it } from 'vitest';
import { type Seams, startJudgedApp } from './app.ts';
import * as bugs from './bugs.ts';
import { type CheckName, explain } from './check.ts';
import { type JudgeOptions, judge, type Run, type Verdict } from './run.ts';

/** Enough deliveries for one bad one in each run; they take turns, so that it is one server's work to do them all. */
const RARE: Partial<JudgeOptions> = {
  clients: 10,
  sends: 1_100,
  meanwhile: nothing,
  talking: { outstanding: 8, pauseMs: 0, repeats: 0 },
};

/** Each bug, what it must be found by, and what its run needs. */
const BUGS: [string, CheckName, Seams, Partial<JudgeOptions>?][] = [
  ['an answer before the commit', 'LOST', bugs.ackBeforeCommit],
  ['a refusal of what was stored', 'GHOST', bugs.refusesWhatItStored],
  ['a repeat that is stored again', 'DUP', bugs.storesRepeats],
  ['a number that is burned', 'DENSE', bugs.burnsNumbers],
  ['an event that is not what was stored', 'PHANTOM', bugs.showsWhatIsNotStored],
  ['a delivery that is dropped', 'GAP', bugs.dropsDeliveries],
  ['one delivery in ten thousand that is dropped', 'GAP', bugs.dropsOneInTenThousand, RARE],
  ['an order that is swapped', 'GAP', bugs.swapsDeliveries],
  ['a resume with a hole', 'GAP', bugs.skipsOnResume],
  ['a gap that is not filled', 'CONVERGE', bugs.neverFillsGaps],
  ['a send that is overtaken', 'FIFO', bugs.overtakes],
  ['a delivery after a kick', 'AUTH', bugs.ignoresFences, { churnEvery: 10, meanwhile: nothing }],
  ['a send without an answer', 'LIVENESS', bugs.neverAnswers, { meanwhile: nothing }],
];
const RUNS = 10;
const SMALL = { clients: 4, sends: 80, quietMaxMs: 600, talking: { repeats: 0.1 } };
/** What is missed once is not asked again: the judge must find it every time. */
const ONCE = { timeout: 240_000, retry: 0 } as const;

it('finds nothing wrong with a clean server', ONCE, async () => {
  const [verdict] = await tryOut('clean', {}, [{ clients: 12, sends: 1_500, churnEvery: 40 }]);
  expect(explain(verdict?.violations ?? [])).toBe('no violation');
  expect(verdict?.figures.acked).toBeGreaterThan(1_000);
});

it.each(BUGS)('finds %s, as %s, ten times of ten', ONCE, async (...row) => {
  const [bug, name, seams, options = {}] = row;
  const runs = Array.from({ length: RUNS }, () => ({ ...SMALL, ...options }));
  const verdicts = await tryOut(bug, seams, runs);
  expect(verdicts.map(({ violations }) => violations.some(({ check }) => check === name))).toEqual(
    runs.map(() => true),
  );
});

/** Runs at the same time on one server, each with people and rooms of its own. */
async function tryOut(name: string, seams: Seams, runs: Partial<JudgeOptions>[]): Promise<Verdict[]> {
  const app = await startJudgedApp(seams);
  try {
    return await Promise.all(
      runs.map((options) => judge({ name, server: app, meanwhile: cutSomeLines, ...options })),
    );
  } finally {
    await app.close();
  }
}

/** For bugs that a cut line would hide: who comes back gets what was missing. */
async function nothing(): Promise<void> {}

async function cutSomeLines(run: Run): Promise<void> {
  for (const client of run.clients) {
    await run.progress(15);
    client.cut();
  }
}
