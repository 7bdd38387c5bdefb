import { expect, it } from 'vitest';
import { judge } from './goals.mjs';
import { differs, median } from './statistics.mjs';

it('the median of an even number of rounds is the mean of the middle two', () => {
  expect(median([4, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

it('two commits differ only if their rounds do not overlap', () => {
  expect(differs([1, 2, 3], [4, 5, 6])).toBe(true);
  expect(differs([4, 5, 6], [1, 2, 3])).toBe(true);
  expect(differs([1, 2, 4], [3, 5, 6])).toBe(false);
  expect(differs([2, 2, 2], [2, 2, 2])).toBe(false);
  expect(differs([1], [9, 9, 9])).toBeNull();
});

it('a goal compares the ratio of medians with its limit, and is not judged without its base', () => {
  const goal = /** @type {const} */ ({
    text: 'deliveries',
    figure: 'deliveriesPerSecond',
    of: 'banter',
    per: 'naive',
    atLeast: 10,
  });
  const rounds = (/** @type {number} */ banter) => ({
    banter: { deliveriesPerSecond: [banter] },
    naive: { deliveriesPerSecond: [2, 2, 900] },
  });
  expect(judge(goal, rounds(20))).toMatchObject({ value: '10.00 ×', isMet: true });
  expect(judge(goal, rounds(19))).toMatchObject({ value: '9.50 ×', isMet: false });
  expect(judge(goal, { banter: { deliveriesPerSecond: [20] } }).isMet).toBeNull();
  expect(judge(goal, { ...rounds(20), banter: {} }).isMet).toBe(false);
});
