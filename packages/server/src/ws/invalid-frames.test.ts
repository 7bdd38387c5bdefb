import { INVALID_MAX_PER_MINUTE } from '@banter/protocol';
import { expect, test } from 'vitest';
import { createOffences } from './invalid-frames.ts';

/** The answers to offences at these times. */
function note(times: readonly number[]): boolean[] {
  const isOneTooMany = createOffences();
  return times.map((time) => isOneTooMany(time));
}

test('[L1] the tenth in a minute is one too many', () => {
  const times = Array.from({ length: INVALID_MAX_PER_MINUTE }, (_, i) => i * 6_000);
  expect(note(times)).toEqual([...Array(9).fill(false), true]);
});

test('[L1] what lies a minute back is forgotten', () => {
  const slowly = Array.from({ length: 100 }, (_, i) => i * 7_000);
  expect(note(slowly)).not.toContain(true);
});

test('[L1] sockets are counted each by itself', () => {
  const [one, two] = [createOffences(), createOffences()];
  for (let i = 0; i < 9; i++) one(0);
  expect(two(0)).toBe(false);
  expect(one(0)).toBe(true);
});
