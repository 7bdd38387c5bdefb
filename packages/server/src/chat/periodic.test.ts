import { expect, test } from 'vitest';
import { createManualClock } from '../../test/harness/clock.ts';
import { periodically } from './periodic.ts';

const PERIOD_MS = 1_000;

function start(work: () => Promise<void>) {
  const clock = createManualClock();
  const problems: unknown[] = [];
  const stop = periodically(clock, PERIOD_MS, work, (error) => problems.push(error));
  return { clock, problems, stop };
}

/** Lets settled promises call their handlers. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a run that is under way does not overlap with the next', async () => {
  let begun = 0;
  const ends: Array<() => void> = [];
  const { clock } = start(() => {
    begun++;
    return new Promise((resolve) => ends.push(resolve));
  });
  clock.advance(3 * PERIOD_MS);
  expect(begun).toBe(1);
  ends[0]?.();
  await turn();
  clock.advance(PERIOD_MS);
  expect(begun).toBe(2);
});

test('a failure is reported, and the next period tries again', async () => {
  const { clock, problems } = start(() => Promise.reject(new Error('the store is away')));
  for (let i = 0; i < 2; i++) {
    clock.advance(PERIOD_MS);
    await turn();
  }
  expect(problems).toHaveLength(2);
});

test('after stop no run begins, and a late failure is dropped', async () => {
  let fail = () => {};
  const { clock, problems, stop } = start(
    () => new Promise((_, reject) => (fail = () => reject(new Error('too late')))),
  );
  clock.advance(PERIOD_MS);
  stop();
  fail();
  await turn();
  expect(problems).toEqual([]);
  expect(clock.pending).toBe(0);
});
