import { expect, it } from 'vitest';
import { ratioTo, turnsOf, undisturbed } from './bursts.mjs';

/** @param {string} name @param {number} at @param {number} rate */
const burst = (name, at, rate, othersBusy = 0) => ({
  phase: 'W1',
  name,
  at,
  figures: { perSecond: rate, othersBusy },
});
const what = { base: 'banter', name: 'redis', figure: 'perSecond' };

it('banter takes turns with every two others, and comes first and last', () => {
  expect(turnsOf('b', ['1', '2', '3'], 2)).toEqual(['b', '1', '2', 'b', '3', 'b']);
  expect(turnsOf('b', [], 2)).toEqual(['b']);
});

it('a burst counts if others used at most the limit, or if their share is unknown', () => {
  const [calm, loud] = [burst('banter', 1, 10, 0.35), burst('banter', 2, 10, 0.36)];
  const unknown = { phase: 'W4', name: 'banter', at: 3, figures: {} };
  expect(undisturbed([calm, loud, unknown], 0.35)).toEqual([calm, unknown]);
});

it('a ratio compares each burst with the bursts of banter just before and just after it', () => {
  const bursts = [
    burst('banter', 1, 100),
    burst('redis', 2, 50),
    burst('banter', 3, 200),
    burst('redis', 4, 50),
    burst('banter', 5, 400),
    burst('redis', 6, 100),
  ];
  // 150 / 50, 300 / 50, and 400 / 100 with a single neighbour.
  expect(ratioTo(bursts, what)).toBe(4);
  expect(ratioTo(bursts.toReversed(), what)).toBe(4);
});

it('a burst is not compared with one of another time, nor with none', () => {
  expect(ratioTo([burst('banter', 0, 100), burst('redis', 180_001, 50)], what)).toBeNaN();
  expect(ratioTo([burst('redis', 1, 50)], what)).toBeNaN();
  expect(ratioTo([burst('banter', 0, 100)], what)).toBeNaN();
});
