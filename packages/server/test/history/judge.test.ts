/** Tests the judge: it finds no violation on a clean server, and finds each bug at a seam every time. */

import { expect, it } from 'vitest';
import { type Seams, startJudgedApp } from './app.ts';
import * as bugs from './bugs.ts';
import { type CheckName, explain } from './check.ts';
import { type JudgeOptions, judge, type Run, type Verdict } from './run.ts';

/** Enough deliveries for one bad one in each run. */
const RARE: Partial<JudgeOptions> = {
  clients: 10,
  sends: 1_100,
  meanwhile: nothing,
  talking: { outstanding: 8, pauseMs: 0, repeats: 0 },
};

/** Each bug, the check that must find it, and the options of its run. */
const BUGS: [string, CheckName, Seams, Partial<JudgeOptions>?][] = [
  ['an acknowledgement before the commit', 'LOST', bugs.ackBeforeCommit],
  ['a rejection of a stored message', 'GHOST', bugs.rejectsStoredMessages],
  ['a repeat that is stored again', 'DUP', bugs.storesRepeats],
  ['a skipped seq', 'DENSE', bugs.skipsSeqs],
  ['an event that differs from the stored one', 'PHANTOM', bugs.publishesOtherContent],
  ['a dropped delivery', 'GAP', bugs.dropsDeliveries],
  ['one dropped delivery in ten thousand', 'GAP', bugs.dropsOneInTenThousand, RARE],
  ['two swapped deliveries', 'GAP', bugs.swapsDeliveries],
  ['a resume with a gap', 'GAP', bugs.skipsOnResume],
  ['a gap that is never filled', 'CONVERGE', bugs.neverFillsGaps],
  ['an overtaken send', 'FIFO', bugs.overtakes],
  ['a delivery after a kick', 'AUTH', bugs.ignoresFences, { churnEvery: 10, meanwhile: nothing }],
  ['a send without an answer', 'LIVENESS', bugs.neverAnswers, { meanwhile: nothing }],
];
const RUNS = 10;
const SMALL = { clients: 4, sends: 80, quietMaxMs: 600, talking: { repeats: 0.1 } };
/** The runs take long on a busy machine. The judge must find a bug every time, so none is repeated. */
const LONG = { timeout: 240_000 } as const;

it('finds no violation on a clean server', LONG, async () => {
  const [verdict] = await tryOut('clean', {}, [{ clients: 12, sends: 1_500, churnEvery: 40 }]);
  expect(explain(verdict?.violations ?? [])).toBe('no violation');
  expect(verdict?.figures.acked).toBeGreaterThan(1_000);
});

it.each(BUGS)('finds %s as %s in ten of ten runs', LONG, async (...row) => {
  const [bug, name, seams, options = {}] = row;
  const runs = Array.from({ length: RUNS }, () => ({ ...SMALL, ...options }));
  const verdicts = await tryOut(bug, seams, runs);
  expect(verdicts.map(({ violations }) => violations.some(({ check }) => check === name))).toEqual(
    runs.map(() => true),
  );
});

/** Makes several runs on one server at the same time, each with its own people and rooms. */
async function tryOut(name: string, seams: Seams, runs: Partial<JudgeOptions>[]): Promise<Verdict[]> {
  const app = await startJudgedApp(seams);
  try {
    return await Promise.all(
      runs.map((options) => judge({ name, server: app, meanwhile: cutConnections, ...options })),
    );
  } finally {
    await app.close();
  }
}

/** Used for bugs that a cut connection would hide, because a resume delivers what was missing. */
async function nothing(): Promise<void> {}

async function cutConnections(run: Run): Promise<void> {
  for (const client of run.clients) {
    await run.progress(15);
    client.cut();
  }
}
