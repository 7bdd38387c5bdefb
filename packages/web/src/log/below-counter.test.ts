import { expect, it } from 'vitest';
import { type Below, createBelowCounter } from './below-counter.ts';

it('counts, remembers a mention until it is cleared, and reports changes only', () => {
  const reported: Below[] = [];
  const below = createBelowCounter((next) => reported.push(next));
  below.clear();
  below.begin(5);
  below.add(true);
  below.add(false);
  below.scrolled(30);
  below.scrolled(30);
  below.clear();
  expect(reported).toEqual([
    { count: 5, hasMention: false, lines: 0 },
    { count: 6, hasMention: true, lines: 0 },
    { count: 7, hasMention: true, lines: 0 },
    { count: 7, hasMention: true, lines: 30 },
    { count: 0, hasMention: false, lines: 0 },
  ]);
});
