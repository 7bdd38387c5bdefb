import { expect, test } from 'vitest';
import { createManualClock } from '../../../test/harness/clock.ts';
import { DISK_CHECK_PERIOD_MS, DiskSpace } from './disk-space.ts';

/** A disk of which `free` bytes are left until the bound of 100. */
async function createWorld() {
  const clock = createManualClock();
  const world = { free: 1_000, isAway: false, problems: 0, changes: [] as boolean[] };
  const space = new DiskSpace({
    async readFreeSpace() {
      if (world.isAway) throw new Error('away');
      return { free: world.free, bound: 100 };
    },
    clock,
    onProblem: () => world.problems++,
    onChange: (isLow) => world.changes.push(isLow),
  });
  await space.start();
  const period = async () => {
    clock.advance(DISK_CHECK_PERIOD_MS);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return Object.assign(world, { space, period, clock });
}

test('[L10] writing is refused in words while the disk is nearly full, and allowed again with some more space', async () => {
  const world = await createWorld();
  expect(() => world.space.require()).not.toThrow();
  const steps: [free: number, isLow: boolean][] = [
    [0, false],
    [-1, true],
    [5, true],
    [10, false],
    [1, false],
  ];
  for (const [free, isLow] of steps) {
    world.free = free;
    await world.period();
    expect([free, world.space.isLow]).toEqual([free, isLow]);
  }
  expect(world.changes).toEqual([true, false]);
  world.free = -1;
  await world.period();
  expect(() => world.space.require()).toThrow('the server has almost no disk space left');
});

test('a space that cannot be read changes nothing', async () => {
  const world = await createWorld();
  world.free = -1;
  await world.period();
  world.isAway = true;
  await world.period();
  expect([world.space.isLow, world.problems]).toEqual([true, 1]);
  world.space.stop();
  expect(world.clock.pending).toBe(0);
});
