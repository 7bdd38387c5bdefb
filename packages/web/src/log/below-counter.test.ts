import { expect, it } from 'vitest';
import { createBelowCounter, type NewBelow } from './below-counter.ts';

it('counts, remembers a mention until it is cleared, and reports changes only', () => {
  const reported: NewBelow[] = [];
  const below = createBelowCounter((next) => reported.push(next));
  below.clear();
  below.begin(5);
  below.add(true);
  below.add(false);
  below.clear();
  expect(reported).toEqual([
    { count: 5, hasMention: false },
    { count: 6, hasMention: true },
    { count: 7, hasMention: true },
    { count: 0, hasMention: false },
  ]);
});
