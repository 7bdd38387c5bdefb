import { expect, test } from 'vitest';
import { reservedReason, usernameProblem } from './usernames.ts';

const RESERVED = [
  'room',
  'me',
  'all',
  'here',
  'everyone',
  'channel',
  'admin',
  'administrator',
  'root',
  'system',
].concat(['server', 'banter', 'moderator', 'owner', 'support', 'help', 'null', 'undefined', 'deleted-7']);

test.each(RESERVED)('[U7] %s is reserved, in any case and with any signs', (name) => {
  const capital = name.toUpperCase();
  for (const variant of [
    name,
    capital,
    name.split('').join('.'),
    `${capital.slice(0, 1)}_${name.slice(1)}`,
  ]) {
    expect(usernameProblem(variant), variant).toContain('is reserved, because it');
  }
});

test.each(['ada', 'ad', 'adminton', 'roomba', 'meg', 'a1', '7of9', 'x-y_z.1', 'a'.repeat(32)])(
  '[U7] %s is a valid new username',
  (name) => expect(usernameProblem(name)).toBeNull(),
);

test.each([
  'ada.',
  'ada-',
  'ada_',
  '.ada',
  '-ada',
  '_ada',
  'a',
  '',
  'a'.repeat(33),
  'a b',
  'ä1',
  'ａｄａ',
  'ada\u200b',
  'ada\n',
])('[U7] %j is no valid new username', (name) =>
  expect(usernameProblem(name)).toContain('beginning and ending with a letter or digit'),
);

test('[U7] a reason is given in words', () => {
  expect(reservedReason('room')).toBe('is a word of searches and mentions');
  expect(reservedReason('ada')).toBeNull();
});
