import { describe, expect, it } from 'vitest';
import { BACKOFF_MAX_MS, BACKOFF_MIN_MS, backoffMs } from './backoff.ts';

describe('backoffMs', () => {
  it('draws from 0 to a ceiling that doubles from BACKOFF_MIN_MS to BACKOFF_MAX_MS', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => backoffMs(attempt, 1));
    expect(ceilings).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
    expect(ceilings[0]).toBe(BACKOFF_MIN_MS);
    expect(ceilings.at(-1)).toBe(BACKOFF_MAX_MS);
    expect(backoffMs(6, 0)).toBe(0);
    expect(backoffMs(6, 0.5)).toBe(7_500);
  });
});
