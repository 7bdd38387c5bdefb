import { expect, it } from 'vitest';
import { codeOf } from '../page/invitation.ts';
import { joinLink, resetLink, resetTokenIn } from './link.ts';

const ORIGIN = 'https://talk.example.org';

it('what is given out is read again', () => {
  expect(codeOf(joinLink(ORIGIN, 'aB-_9'))).toBe('aB-_9');
  expect(resetTokenIn(new URL(resetLink(ORIGIN, 'x-y_z')))).toBe('x-y_z');
});

it('any other fragment is no reset link', () => {
  for (const rest of ['/', '/#plates', '/#reset/', '/#reset/a/b', '/#resets/a']) {
    expect(resetTokenIn(new URL(ORIGIN + rest)), rest).toBeNull();
  }
});
