import { ChatError } from '@banter/protocol';
import { beforeEach, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '../../../test/harness/clock.ts';
import {
  FIRST_WAIT_MS,
  FORGIVEN_AFTER_MS,
  FREE_FAILURES,
  FREE_FAILURES_OF_STRANGERS,
  LoginThrottle,
  type Origin,
  WAIT_MAX_MS,
} from './login-throttle.ts';

const ACCOUNT = 7;
const HOME: Origin = { network: '192.0.2.1', device: null, isKnown: true };

let clock: ManualClock;
let throttle: LoginThrottle;
beforeEach(() => {
  clock = createManualClock();
  throttle = new LoginThrottle({ clock, isOn: true });
});

function stranger(n: number): Origin {
  return { network: `198.51.100.${n}`, device: null, isKnown: false };
}

/** Makes a failed attempt. Returns the wait that rejects it, or 0. */
function fail(origin: Origin, account: number | string = ACCOUNT): number {
  try {
    throttle.begin(account, origin);
    return 0;
  } catch (error) {
    if (error instanceof ChatError && error.code === 'rate_limited') return error.retryAfterMs ?? 0;
    throw error;
  }
}

test('[G5] after a few failures each attempt must wait, twice as long as the one before, up to a bound', () => {
  for (let i = 0; i < FREE_FAILURES; i++) expect(fail(HOME)).toBe(0);
  const waits: number[] = [];
  for (let i = 0; i < 14; i++) {
    waits.push(fail(HOME));
    clock.advance(waits.at(-1) ?? 0);
    expect(fail(HOME)).toBe(0);
  }
  expect(waits.slice(0, 4)).toEqual([1, 2, 4, 8].map((factor) => factor * FIRST_WAIT_MS));
  expect(Math.max(...waits)).toBe(WAIT_MAX_MS);
});

test('[G5] a rejected attempt does not lengthen the wait', () => {
  for (let i = 0; i < FREE_FAILURES; i++) fail(HOME);
  for (let i = 0; i < 100; i++) expect(fail(HOME)).toBe(FIRST_WAIT_MS);
  clock.advance(FIRST_WAIT_MS);
  expect(fail(HOME)).toBe(0);
});

test('[G5] a success forgives the failures of its own network, and so does a day without attempts', () => {
  for (let i = 1; i < FREE_FAILURES; i++) fail(HOME);
  throttle.begin(ACCOUNT, HOME).succeed();
  for (let i = 0; i < FREE_FAILURES; i++) expect(fail(HOME)).toBe(0);
  clock.advance(FORGIVEN_AFTER_MS + 1);
  for (let i = 0; i < FREE_FAILURES; i++) expect(fail(HOME)).toBe(0);
  expect(fail(HOME)).toBe(FIRST_WAIT_MS);
});

test('[G5] few of ten thousand guesses from as many networks are checked, and the owner still signs in', () => {
  let checked = 0;
  for (let i = 0; i < 10_000; i++) {
    if (fail({ ...stranger(0), network: `10.${i >> 8}.${i & 255}.1` }) === 0) checked++;
    clock.advance(100);
    if (i % 100 === 0) throttle.begin(ACCOUNT, HOME).succeed();
    if (i % 100 === 50) throttle.begin(ACCOUNT, { ...stranger(1), device: 'a phone' }).succeed();
  }
  expect(checked).toBeLessThan(FREE_FAILURES_OF_STRANGERS + 12);
});

test('[G5] an attempt from a new place waits with the strangers, and no longer than the bound', () => {
  for (let i = 0; i < 10_000; i++) fail(stranger(i % 250));
  const wait = fail(stranger(251));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(WAIT_MAX_MS);
  clock.advance(wait);
  expect(() => throttle.begin(ACCOUNT, stranger(251)).succeed()).not.toThrow();
});

test('[G5] failures in the owner’s network do not slow the owner’s device', () => {
  for (let i = 0; i < 50; i++) fail(HOME);
  expect(fail(HOME)).toBeGreaterThan(0);
  expect(fail({ ...HOME, device: 'a laptop' })).toBe(0);
});

test('[G5] parallel attempts count one by one', () => {
  const passed = Array.from({ length: 200 }, () => fail(HOME)).filter((wait) => wait === 0);
  expect(passed).toHaveLength(FREE_FAILURES);
});

test('an attempt that was cancelled does not count', () => {
  for (let i = 0; i < 100; i++) throttle.begin(ACCOUNT, stranger(1)).cancel();
  expect(fail(stranger(1))).toBe(0);
});

test('[G5] an unknown name is slowed like an account', () => {
  const waits = (account: number | string) => Array.from({ length: 9 }, () => fail(stranger(3), account));
  expect(waits('nobody')).toEqual(waits(ACCOUNT));
});

test('a throttle that is off makes nobody wait', () => {
  throttle = new LoginThrottle({ clock, isOn: false });
  for (let i = 0; i < 100; i++) expect(fail(HOME)).toBe(0);
});
