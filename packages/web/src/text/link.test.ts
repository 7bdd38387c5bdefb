import { expect, it } from 'vitest';
import { codeOf, joinLink, resetLink, resetTokenIn } from './link.ts';

const ORIGIN = 'https://talk.example.org';

it('reads the links that it writes', () => {
  expect(codeOf(joinLink(ORIGIN, 'aB-_9'))).toBe('aB-_9');
  expect(resetTokenIn(new URL(resetLink(ORIGIN, 'x-y_z')))).toBe('x-y_z');
});

it('finds no reset token in any other fragment', () => {
  for (const rest of ['/', '/#plates', '/#reset/', '/#reset/a/b', '/#resets/a']) {
    expect(resetTokenIn(new URL(ORIGIN + rest)), rest).toBeNull();
  }
});

it.each([
  ['abc', 'abc'],
  ['  abc\n', 'abc'],
  ['https://talk.example.org/join/abc', 'abc'],
  ['https://talk.example.org/join/abc/', 'abc'],
  ['https://talk.example.org/?invite=abc', 'abc'],
  ['https://talk.example.org/', 'https://talk.example.org/'],
])('%j pasted as an invitation is the code %s', (text, code) => expect(codeOf(text)).toBe(code));
