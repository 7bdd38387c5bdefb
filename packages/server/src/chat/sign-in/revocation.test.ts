import { expect, it } from 'vitest';
import { createManualClock } from '../../../test/harness/clock.ts';
import { REVOCATION_PERIOD_MS, RevocationCheck } from './revocation.ts';

type Store = { listLive: (ids: readonly number[]) => Promise<number[]> };

function watched(open: number[], sessions: Store) {
  const clock = createManualClock();
  const ended: number[] = [];
  const problems: unknown[] = [];
  const hub = {
    sessionIds: () => open,
    endSessions: (sessionIds: readonly number[]) => void ended.push(...sessionIds),
  };
  const check = new RevocationCheck({ sessions, hub, clock, onProblem: (error) => problems.push(error) });
  check.start();
  const period = async () => {
    clock.advance(REVOCATION_PERIOD_MS);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ended, problems, period, stop: () => check.stop() };
}

it('[A4] sockets of sessions that ended elsewhere are closed at the next check', async () => {
  const { ended, period } = watched([1, 2, 3], { listLive: async () => [1, 3] });
  await period();
  expect(ended).toEqual([2]);
});

it('[A4] a store that is away closes no socket, and is asked again', async () => {
  let isAway = true;
  const { ended, problems, period } = watched([1], {
    listLive: async () => {
      if (isAway) throw new Error('away');
      return [];
    },
  });
  await period();
  expect(ended).toEqual([]);
  expect(problems).toHaveLength(1);
  isAway = false;
  await period();
  expect(ended).toEqual([1]);
});

it('a slow check does not overlap with the next, and none begins after stop', async () => {
  let checks = 0;
  const { period, stop } = watched([1], {
    listLive: () => {
      checks++;
      return new Promise(() => {});
    },
  });
  await period();
  await period();
  expect(checks).toBe(1);
  stop();
  await period();
  expect(checks).toBe(1);
});

it('without sockets the store is not asked', async () => {
  const { problems, period } = watched([], { listLive: () => Promise.reject(new Error('asked')) });
  await period();
  expect(problems).toEqual([]);
});
