import { expect, it } from 'vitest';
import { lostText } from './removals.ts';

it('a room that one is no longer in says so, and whether one can return', () => {
  expect(lostText('open', '#tides')).toBe("You're no longer in #tides: nothing can be sent.");
  expect(lostText('closed', '#tides')).toMatch(/You need an invitation to return\.$/);
  expect(lostText('direct', 'mira')).toMatch(/^You left your direct room with mira/);
});
