import { describe, expect, it } from 'vitest';
import { ServerTime } from './server-time.ts';

const NOON = Date.UTC(2026, 10, 30, 12);
const HOUR = 3_600_000;

/** Makes a request that takes `tookMs`, and returns the corrected clock's difference from the machine's afterwards. */
function aheadAfter({ machineMs, date, tookMs = 40 }: { machineMs: number; date: string; tookMs?: number }) {
  let nowMs = machineMs;
  const time = new ServerTime(() => nowMs);
  const answer = time.beginRequest();
  nowMs += tookMs;
  answer(date);
  return time.now() - nowMs;
}

describe('the time of the server', () => {
  const date = new Date(NOON).toUTCString();

  it('is the machine’s if the answer agrees with it, also after a slow answer', () => {
    expect(aheadAfter({ machineMs: NOON, date })).toBe(0);
    expect(aheadAfter({ machineMs: NOON + 990, date })).toBe(0);
    expect(aheadAfter({ machineMs: NOON - 20_000, date, tookMs: 25_000 })).toBe(0);
  });

  it('corrects a machine that is an hour behind or ahead', () => {
    expect(aheadAfter({ machineMs: NOON - HOUR, date })).toBe(HOUR - 40);
    expect(aheadAfter({ machineMs: NOON + HOUR, date })).toBe(1_000 - HOUR);
  });

  it('follows a machine whose clock is set in between, with the next answer', () => {
    let nowMs = NOON - HOUR;
    const time = new ServerTime(() => nowMs);
    time.beginRequest()(date);
    expect(time.now()).toBe(NOON);
    nowMs = NOON + 5_000;
    time.beginRequest()(new Date(nowMs).toUTCString());
    expect(time.now()).toBe(nowMs);
  });

  it('ignores an answer without a date', () => {
    for (const wrong of [null, '', 'yesterday']) {
      const time = new ServerTime(() => NOON);
      time.beginRequest()(wrong);
      expect(time.now()).toBe(NOON);
    }
  });
});
