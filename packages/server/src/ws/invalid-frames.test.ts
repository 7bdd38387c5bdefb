import { INVALID_MAX_PER_MINUTE } from '@banter/protocol';
import { expect, test } from 'vitest';
import { InvalidFrames } from './invalid-frames.ts';

/** Adds a frame at each of these times. Returns the answers. */
function addAll(times: readonly number[]): boolean[] {
  const frames = new InvalidFrames();
  return times.map((time) => frames.add(time));
}

test('[L1] the tenth invalid frame in a minute is one too many', () => {
  const times = Array.from({ length: INVALID_MAX_PER_MINUTE }, (_, i) => i * 6_000);
  expect(addAll(times)).toEqual([...Array(9).fill(false), true]);
});

test('[L1] frames older than a minute no longer count', () => {
  const times = Array.from({ length: 100 }, (_, i) => i * 7_000);
  expect(addAll(times)).not.toContain(true);
});

test('[L1] each socket has its own count', () => {
  const [one, two] = [new InvalidFrames(), new InvalidFrames()];
  for (let i = 0; i < 9; i++) one.add(0);
  expect(two.add(0)).toBe(false);
  expect(one.add(0)).toBe(true);
});
