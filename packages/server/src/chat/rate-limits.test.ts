import { ChatError } from '@banter/protocol';
import { expect, test } from 'vitest';
import { createManualClock } from '../../test/harness/clock.ts';
import { createRateLimits } from './rate-limits.ts';

const SEND_BURST = 400;
const SENDS_PER_SECOND = 40;

function build(isOn = true) {
  const clock = createManualClock();
  const limits = createRateLimits(clock, isOn);
  /** Takes `count`; how many were granted, and what the first refusal said. */
  const take = (count: number, key: string | number = 1) => {
    for (let granted = 0; granted < count; granted++) {
      try {
        limits.take('send', key);
      } catch (error) {
        if (error instanceof ChatError) return { granted, error };
        throw error;
      }
    }
    return { granted: count, error: null };
  };
  return { clock, limits, take };
}

test('[L2] a burst is granted at once, and the next is refused with the time until there is one again', () => {
  const { take } = build();
  const { granted, error } = take(SEND_BURST + 1);
  expect(granted).toBe(SEND_BURST);
  expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 1_000 / SENDS_PER_SECOND });
});

test('[L2] who comes back when told is served', () => {
  const { clock, take } = build();
  take(SEND_BURST);
  clock.advance(take(1).error?.retryAfterMs ?? 0);
  expect(take(2)).toMatchObject({ granted: 1, error: { code: 'rate_limited' } });
});

test('[L2] a bucket fills again by its rate, up to its burst', () => {
  const { clock, take } = build();
  take(SEND_BURST);
  clock.advance(2_000);
  expect(take(SEND_BURST).granted).toBe(2 * SENDS_PER_SECOND);
  clock.advance(60 * 60 * 1_000);
  expect(take(2 * SEND_BURST).granted).toBe(SEND_BURST);
});

test('[L2] a refused try costs nothing', () => {
  const { clock, take } = build();
  take(SEND_BURST);
  for (let i = 0; i < 100; i++) take(1);
  clock.advance(1_000);
  expect(take(SEND_BURST).granted).toBe(SENDS_PER_SECOND);
});

test('[L2] keys and kinds have buckets of their own', () => {
  const { limits, take } = build();
  take(SEND_BURST);
  expect(take(1, 2).granted).toBe(1);
  expect(() => limits.take('typing', 1)).not.toThrow();
});

test('[L2] however many keys there are, those that are empty are remembered', () => {
  const { limits, take } = build();
  take(SEND_BURST, 'busy');
  for (let key = 0; key < 60_000; key++) limits.take('typing', key);
  expect(take(1, 'busy').granted).toBe(0);
});

test('off lifts every limit', () => {
  expect(build(false).take(10 * SEND_BURST).error).toBeNull();
});
