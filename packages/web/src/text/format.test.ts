import { describe, expect, it } from 'vitest';
import {
  asSentence,
  clockTime,
  cutName,
  dayKey,
  dayName,
  listNames,
  longCount,
  momentText,
  shortCount,
  visibleName,
} from './format.ts';

/** A local time in the format of the wire. */
function iso(year: number, month: number, day: number, hour: number, minute: number): string {
  return new Date(year, month - 1, day, hour, minute).toISOString();
}

describe('format', () => {
  it('writes local times with two digits and days in words', () => {
    const at = iso(2026, 11, 20, 9, 5);
    expect(clockTime(at)).toBe('09:05');
    expect(dayName(at)).toBe('Friday 20 November 2026');
    expect(dayKey(at)).toBe('2026-11-20');
  });

  it('adds the date only when the day differs', () => {
    const at = iso(2026, 11, 20, 9, 5);
    expect(momentText(at, iso(2026, 11, 20, 23, 59))).toBe('09:05');
    expect(momentText(at, iso(2026, 11, 19, 23, 59))).toBe('09:05 on Friday 20 November 2026');
  });

  it('shortens counts of a thousand and more', () => {
    expect([1, 999, 1000, 5000].map(shortCount)).toEqual(['1', '999', '1k+', '1k+']);
    expect([7, 1204, 1234567].map(longCount)).toEqual(['7', '1,204', '1,234,567']);
  });

  it('escapes characters in a name that hide or reorder text', () => {
    expect(visibleName('a\u202Eb\u200Bc\u0007')).toBe('aU+202EbU+200BcU+0007');
    expect(visibleName('ann_2')).toBe('ann_2');
    expect(visibleName('a\u3164\u2066 👩‍🚒❤️')).toBe('aU+3164U+2066 👩‍🚒❤️');
  });

  it('cuts a name that is longer than twelve cells', () => {
    expect(cutName('christopher_')).toBe('christopher_');
    expect(cutName('christopher_b')).toBe('christopher+');
  });

  it('turns an error message into a sentence', () => {
    expect(asSentence('wrong name or password')).toBe('Wrong name or password.');
    expect(asSentence('Really?')).toBe('Really?');
    expect(asSentence('from: needs a username')).toBe('from: needs a username.');
  });

  it('lists up to three names and counts the rest', () => {
    expect(listNames(['a'])).toBe('a');
    expect(listNames(['a', 'b'])).toBe('a and b');
    expect(listNames(['a', 'b', 'c'])).toBe('a, b and c');
    expect(listNames(['a', 'b', 'c', 'd'])).toBe('a, b and 2 others');
  });
});
