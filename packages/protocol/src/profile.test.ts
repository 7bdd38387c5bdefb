import { describe, expect, it } from 'vitest';
import { checkAbout, checkDisplayName, isTimeZone } from './profile.ts';

const cleaned = (raw: string) => {
  const checked = checkDisplayName(raw);
  return checked.ok ? checked.text : checked.problem;
};

describe('a display name', () => {
  it.each([
    ['Ada Lovelace', 'Ada Lovelace'],
    ['  Ada\n\tLovelace ', 'Ada Lovelace'],
    ['Ada\u202eevil\u2069', 'Adaevil'],
    ['A\u200bda\u0007\ufeff', 'Ada'],
    ['\u200dAda\u200c', 'Ada'],
    ['e\u0301', '\u00e9'],
    ['a\u0300\u0301\u0302\u0303\u0304\u0305', '\u00e0\u0301\u0302\u0303'],
    ['\u06a9\u062a\u0627\u0628\u200c\u0647\u0627', '\u06a9\u062a\u0627\u0628\u200c\u0647\u0627'],
    ['\u{1f469}\u200d\u{1f680} Ada', '\u{1f469}\u200d\u{1f680} Ada'],
  ])('[U2] %j becomes %j', (raw, clean) => expect(cleaned(raw)).toBe(clean));

  it.each([
    ['', 'displayName must not be empty'],
    ['\u200b \u202e', 'displayName must not be empty'],
    ['x'.repeat(65), 'displayName must have at most 64 characters'],
    ['x\ud800', 'displayName must be valid Unicode: it contains half of a surrogate pair'],
  ])('[U2] %j is rejected', (raw, problem) => expect(cleaned(raw)).toBe(problem));

  it('[U2] stays unchanged when it is cleaned again', () => {
    for (const raw of ['a\u200b\u200d\u200bb', ' \u200b x \u200b ', 'a\u202e\u200db']) {
      expect(cleaned(cleaned(raw))).toBe(cleaned(raw));
    }
  });
});

it('[U2] about has at most 200 characters', () => {
  expect(checkAbout('x'.repeat(200)).ok).toBe(true);
  expect(checkAbout('x'.repeat(201)).ok).toBe(false);
});

it.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['America/Argentina/Buenos_Aires', true],
  ['Etc/GMT+5', true],
  ['+01:00', false],
  ['Europe/Atlantis', false],
  ['', false],
  ['Europe/Berlin\u0000', false],
])('whether %j is a time zone: %s', (name, is) => expect(isTimeZone(name)).toBe(is));

it('[U2] piles of combining marks end before the text is normalised, which would sort them in quadratic time', () => {
  const pile = `a${'\u0301'.repeat(30_000)}${'\u0316'.repeat(30_000)}`;
  expect(checkAbout(pile)).toEqual({ ok: true, text: '\u00e1\u0301\u0301\u0301' });
});
