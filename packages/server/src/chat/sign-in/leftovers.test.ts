import { expect, it } from 'vitest';
import { createManualClock, WALL_START_MS } from '../../../test/harness/clock.ts';
import type { LeftoverStore } from '../../store/upkeep/leftovers.ts';
import { keptMs, LeftoverSweep, SWEEP_BATCH, SWEEP_BATCHES_MAX, SWEEP_PERIOD_MS } from './leftovers.ts';

type Delete = LeftoverStore['delete'];
const RETENTION = { bansDays: 30, reportsDays: 90 };
const KEPT_MS = keptMs(RETENTION);
const KINDS = Object.keys(KEPT_MS).length;

function sweeping(remove: Delete) {
  const clock = createManualClock();
  const asked: Parameters<Delete>[] = [];
  const problems: unknown[] = [];
  const leftovers: LeftoverStore = {
    delete(...asking) {
      asked.push(asking);
      return remove(...asking);
    },
  };
  const sweep = new LeftoverSweep({
    leftovers,
    retention: RETENTION,
    clock,
    onProblem: (error) => problems.push(error),
  });
  sweep.start();
  const period = async () => {
    clock.advance(SWEEP_PERIOD_MS);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { asked, problems, period, stop: () => sweep.stop() };
}

it('few leftovers: each kind takes one statement a period, with its own age limit', async () => {
  const { asked, period } = sweeping(async () => SWEEP_BATCH - 1);
  await period();
  const now = WALL_START_MS + SWEEP_PERIOD_MS;
  expect(asked).toEqual(
    Object.entries(KEPT_MS).map(([kind, keptMs]) => [kind, new Date(now - keptMs), SWEEP_BATCH]),
  );
  await period();
  expect(asked).toHaveLength(2 * KINDS);
});

it('many leftovers: a period deletes a limited number of batches', async () => {
  const { asked, period } = sweeping(async (kind) => (kind === 'usedTokens' ? SWEEP_BATCH : 0));
  await period();
  expect(asked.filter(([kind]) => kind === 'usedTokens')).toHaveLength(SWEEP_BATCHES_MAX);
  expect(asked).toHaveLength(SWEEP_BATCHES_MAX + KINDS - 1);
});

it('a store that is away is reported, and tried again in the next period', async () => {
  let isAway = true;
  const { asked, problems, period } = sweeping(async () => {
    if (isAway) throw new Error('away');
    return 0;
  });
  await period();
  expect(problems).toHaveLength(1);
  isAway = false;
  await period();
  expect(problems).toHaveLength(1);
  expect(asked).toHaveLength(1 + KINDS);
});

it('a slow sweep does not overlap with the next, and after stop none begins or is reported', async () => {
  let fail = (_error: Error) => {};
  const { asked, problems, period, stop } = sweeping(
    () =>
      new Promise((_, reject) => {
        fail = reject;
      }),
  );
  await period();
  await period();
  expect(asked).toHaveLength(1);
  stop();
  fail(new Error('the store is closed'));
  await period();
  expect(problems).toEqual([]);
  expect(asked).toHaveLength(1);
});
