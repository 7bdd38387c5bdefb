import { ChatError } from '@banter/protocol';
import { expect, test } from 'vitest';
import { createManualClock } from '../../../test/harness/clock.ts';
import { RATES } from '../../../test/harness/rates.ts';
import { KEYS_MIN, RateLimits } from './rate-limits.ts';

const SEND_BURST = 400;
const SENDS_PER_SECOND = 40;

function build(isOn = true) {
  const clock = createManualClock();
  const limits = new RateLimits({ clock, rates: isOn ? RATES : null });
  /** Takes up to `count` tokens. Returns how many were granted, and the first error. */
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

test('[L2] a burst is granted at once; the next act is rejected with the time until the next token', () => {
  const { take } = build();
  const { granted, error } = take(SEND_BURST + 1);
  expect(granted).toBe(SEND_BURST);
  expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 1_000 / SENDS_PER_SECOND });
});

test('[L2] a caller who waits as told is served', () => {
  const { clock, take } = build();
  take(SEND_BURST);
  clock.advance(take(1).error?.retryAfterMs ?? 0);
  expect(take(2)).toMatchObject({ granted: 1, error: { code: 'rate_limited' } });
});

test('[L2] a bucket refills at its rate, up to its burst', () => {
  const { clock, take } = build();
  take(SEND_BURST);
  clock.advance(2_000);
  expect(take(SEND_BURST).granted).toBe(2 * SENDS_PER_SECOND);
  clock.advance(60 * 60 * 1_000);
  expect(take(2 * SEND_BURST).granted).toBe(SEND_BURST);
});

test('[L2] a rejected act costs nothing', () => {
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

test('[L2] the keys used last of each kind are remembered, however many other kinds have', () => {
  const { limits, take } = build();
  take(SEND_BURST, 'busy');
  for (let key = 0; key < 5 * KEYS_MIN; key++) limits.take('typing', key);
  for (let key = 1; key < KEYS_MIN; key++) limits.take('send', key);
  expect(take(1, 'busy').granted).toBe(0);
  for (let key = 1; key < KEYS_MIN; key++) limits.take('send', -key);
  expect(take(1, 'busy').granted).toBe(0);
});

test('keys that were not used for long are forgotten, so a flood fills no memory', () => {
  const { limits, take } = build();
  take(SEND_BURST, 'idle');
  for (let key = 0; key < 2 * KEYS_MIN; key++) limits.take('send', key);
  expect(take(1, 'idle').granted).toBe(1);
});

test('parallel acts may all be charged, and never lock a key out for long', () => {
  const { clock, limits } = build();
  const burst = RATES?.room?.burst ?? 0;
  expect(limits.refusal('room', 1)).toBe(null);
  for (let i = 0; i < 5 * burst; i++) limits.charge('room', 1);
  expect(limits.refusal('room', 1)).toMatchObject({ code: 'rate_limited' });
  clock.advance(limits.refusal('room', 1)?.retryAfterMs ?? 0);
  expect(limits.refusal('room', 1)).toBe(null);
  clock.advance(60_000);
  for (let i = 0; i < 5 * burst; i++) limits.charge('room', 1);
  const perSecond = RATES?.room?.perSecond ?? 0;
  expect(limits.refusal('room', 1)?.retryAfterMs).toBeCloseTo(((burst + 1) / perSecond) * 1_000);
});

test('a kind whose rate is null has no limit', () => {
  const limits = new RateLimits({
    clock: createManualClock(),
    rates: { ...RATES, send: null } as typeof RATES,
  });
  for (let i = 0; i < 10 * SEND_BURST; i++) limits.take('send', 1);
});

test('rates of null lift every limit', () => {
  expect(build(false).take(10 * SEND_BURST).error).toBeNull();
});
