import { describe, expect, it } from 'vitest';
import { createMentionTest } from './mentions.ts';

describe('a mention of bob', () => {
  const isMention = createMentionTest('bob');

  it.each([
    'bob',
    'BOB: look',
    'hi @bob!',
    'that was bob.',
    'is it bob?',
    'bob, ann and hal',
    '(bob)',
    'line\nbob',
    '`code` but bob too',
  ])('is found in %j', (text) => {
    expect(isMention(text)).toBe(true);
  });

  it.each([
    'bobby',
    'bob-2',
    'bob_x',
    'thebob',
    'bob.smith',
    'mr.bob',
    'b\u00f6bob',
    'ann@bob',
    'say `bob`',
    '```\nbob\n```',
    '```\nbob, in a fence without an end',
    '',
  ])('is not found in %j', (text) => {
    expect(isMention(text)).toBe(false);
  });

  it('takes the signs in a name as they stand', () => {
    expect(createMentionTest('a.b-c_d')('hello a.b-c_d')).toBe(true);
    expect(createMentionTest('a.b-c_d')('hello axb-c_d')).toBe(false);
  });
});
