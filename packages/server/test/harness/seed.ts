/** Chance that can be had again: TEST_SEED repeats a run. */

export type Chance = {
  /** A number from 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
};

const SEED_MAX = 2 ** 31;

/** A generator whose seed is printed, so that a failure can be repeated with TEST_SEED. */
export function printedChance(name: string): Chance & { seed: number } {
  const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * SEED_MAX));
  process.stdout.write(`${name}: TEST_SEED=${seed}\n`);
  return { seed, ...createChance(seed) };
}

/** mulberry32: small, fast and good enough to choose what a test does. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    whole,
    pick(items) {
      const item = items[whole(0, items.length - 1)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
  };
}
