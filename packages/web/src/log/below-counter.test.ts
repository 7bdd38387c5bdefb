import { describe, expect, it } from 'vitest';
import { createBelowCounter, type NewBelow } from './below-counter.ts';

describe('new below', () => {
  it('counts, remembers a mention until the end is seen, and tells only changes', () => {
    const told: NewBelow[] = [];
    const below = createBelowCounter((next) => told.push(next));
    below.clear();
    below.begin(5);
    below.add(true);
    below.add(false);
    below.clear();
    expect(told).toEqual([
      { count: 5, hasMention: false },
      { count: 6, hasMention: true },
      { count: 7, hasMention: true },
      { count: 0, hasMention: false },
    ]);
  });
});
