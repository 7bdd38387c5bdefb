import { describe, expect, it } from 'vitest';
import {
  ENTRIES_MAX,
  FOLLOWED_MAX,
  FOLLOWED_MIN,
  followed,
  moveDown,
  moveUp,
  STEP,
  shifted,
  windowAround,
  windowAtEnd,
} from './window.ts';

describe('window', () => {
  it('begins with the newest entries', () => {
    expect(windowAtEnd(1000)).toEqual({ start: 1000 - STEP, end: 1000 });
    expect(windowAtEnd(3)).toEqual({ start: 0, end: 3 });
  });

  it('never exceeds its maximum in either direction', () => {
    let window = windowAtEnd(100_000);
    for (let i = 0; i < 20; i++) {
      window = moveUp(window);
      expect(window.end - window.start).toBeLessThanOrEqual(ENTRIES_MAX);
    }
    expect(window.end).toBeLessThan(100_000);
    for (let i = 0; i < 30; i++) window = moveDown(window, 100_000);
    expect(window).toEqual({ start: 100_000 - ENTRIES_MAX, end: 100_000 });
  });

  it('keeps its entries when older ones are loaded', () => {
    expect(shifted({ start: 0, end: 50 }, 100)).toEqual({ start: 100, end: 150 });
  });

  it('follows the end for a reader at the end', () => {
    expect(followed({ start: 0, end: 10 }, 10, 12, true)).toEqual({ start: 0, end: 12 });
  });

  it('drops old entries seldom, and many at once, while it follows the end', () => {
    let window = windowAtEnd(1000);
    let drops = 0;
    for (let count = 1001; count <= 3000; count++) {
      const next = followed(window, count - 1, count, true);
      if (next.start !== window.start) drops++;
      expect(next.end).toBe(count);
      expect(next.end - next.start).toBeLessThanOrEqual(FOLLOWED_MAX);
      window = next;
    }
    expect(drops).toBeLessThanOrEqual(2000 / (FOLLOWED_MAX - FOLLOWED_MIN));
  });

  it('keeps every row for a reader further up', () => {
    expect(followed({ start: 0, end: 10 }, 10, 12, false)).toEqual({ start: 0, end: 12 });
    expect(followed({ start: 0, end: ENTRIES_MAX }, ENTRIES_MAX, 900, false)).toEqual({
      start: 0,
      end: ENTRIES_MAX,
    });
    expect(followed({ start: 0, end: 10 }, 20, 30, false)).toEqual({ start: 0, end: 10 });
  });

  it('shrinks with its timeline', () => {
    expect(followed({ start: 50, end: 100 }, 100, 0, true)).toEqual({ start: 0, end: 0 });
    expect(followed({ start: 50, end: 100 }, 100, 20, false)).toEqual({ start: 0, end: 20 });
  });

  it('can be centred on an entry', () => {
    expect(windowAround(500, 1000)).toEqual({ start: 400, end: 600 });
    expect(windowAround(5, 10)).toEqual({ start: 0, end: 10 });
  });
});
