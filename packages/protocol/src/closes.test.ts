import { expect, test } from 'vitest';
import { CLOSE_MEANINGS, CLOSES, reactionTo } from './closes.ts';

test('the close codes and reactions are exactly those of the contract', () => {
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
    [4203, 'stop'],
  ]);
});

test.each(Object.values(CLOSES))('a client reacts to $code with $reaction', ({ code, reaction }) => {
  expect(reactionTo(code)).toBe(reaction);
});

test.each([1000, 1005, 1006, 4999, 0])(
  '%i is not in the table, so it is a broken connection and is resumed',
  (code) => {
    expect(reactionTo(code)).toBe('resume');
  },
);

test.each(Object.entries(CLOSE_MEANINGS))(
  'the meaning of %s fits into a close frame: at most 123 bytes',
  (_name, meaning) => {
    expect(meaning).toMatch(/^[ -~]{1,123}$/);
  },
);
