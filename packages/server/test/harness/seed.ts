/** Reproducible random numbers. TEST_SEED repeats a run. */

/** A source of random numbers. */
export type Chance = {
  /** Returns a number from 0 up to 1, without 1. */
  next(): number;
  /** Returns a whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  /** Returns a random item. @throws RangeError for an empty list. */
  pick<T>(items: readonly T[]): T;
};

const SEED_MAX = 2 ** 31;

/** Creates a source with a random seed, and prints the seed, so that TEST_SEED can repeat a failure. */
export function printedChance(name: string): Chance & { seed: number } {
  const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * SEED_MAX));
  process.stdout.write(`${name}: TEST_SEED=${seed}\n`);
  return { seed, ...createChance(seed) };
}

/** Creates a source with this seed. It uses mulberry32, which is small, fast and good enough for tests. */
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
