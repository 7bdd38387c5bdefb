import { expect, it } from 'vitest';
import { durationText, parseDuration } from './duration.ts';

it('parses a number with a unit and rejects everything else', () => {
  expect(['90s', '10m', '2H', '7d'].map(parseDuration)).toEqual([90_000, 600_000, 7_200_000, 604_800_000]);
  expect(['', '10', 'm', '0m', '-1m', '1.5h', '10 m', 'soon'].map(parseDuration)).toEqual(
    Array(8).fill(null),
  );
});

it('formats a time in a fitting unit, rounded up', () => {
  const texts = [1, 45_000, 89_001, 90_001, 61 * 60_000, 95 * 60_000, 50 * 3_600_000].map(durationText);
  expect(texts).toEqual(['1 s', '45 s', '2 min', '2 min', '61 min', '2 h', '3 days']);
});
