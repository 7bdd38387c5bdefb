import { expect, test } from 'vitest';
import { CLOSES, reactionTo } from './closes.ts';

test('the close codes are exactly those of the contract, each with what its client does', () => {
  const table = Object.values(CLOSES).map(({ code, reaction }) => [code, reaction]);
  expect(table).toEqual([
    [1001, 'resume'],
    [1009, 'stop'],
    [4000, 'resume'],
    [4001, 'resume'],
    [4002, 'resume'],
    [4100, 'renew'],
    [4101, 'renew'],
    [4200, 'stop'],
    [4201, 'stop'],
    [4202, 'stop'],
  ]);
});

test.each(Object.values(CLOSES))('$code is answered with $reaction', ({ code, reaction }) => {
  expect(reactionTo(code)).toBe(reaction);
});

test.each([1000, 1005, 1006, 4999, 0])('%i, which no row names, is a cut line and is resumed', (code) => {
  expect(reactionTo(code)).toBe('resume');
});

test.each(Object.values(CLOSES))(
  'what $code means fits into a close frame, whose reason has at most 123 bytes',
  ({ meaning }) => {
    expect(meaning).toMatch(/^[ -~]{1,123}$/);
  },
);
