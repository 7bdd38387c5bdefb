import { describe, expect, test } from 'vitest';
import { emojiForm, isEmoji } from './emoji.ts';

describe('a reaction', () => {
  test.each(['👍', '👍🏽', '❤️', '❤', '👨‍👩‍👧', '🇩🇪', '1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩‍❤️‍👨', '🏳️‍🌈'])('accepts %s', (text) => {
    expect(isEmoji(text)).toBe(true);
  });

  test.each([
    '',
    'a',
    '1',
    '#',
    '👍👍',
    '👍 ',
    ':tada:',
    '🇩',
    '\u{1F44D}\u{E0067}',
    '\u{1F3F4}\u{E0067}',
    '\ud83d',
    null,
    7,
  ])('rejects %j', (value) => {
    expect(isEmoji(value)).toBe(false);
  });
});

describe('one kind of reaction', () => {
  test.each([
    ['👍', '👍\ufe0f', '👍\ufe0e'],
    ['❤️', '❤', '❤\ufe0e', '❤\ufe0f\ufe0f'],
    ['1️⃣', '1\u20e3', '1\ufe0e\u20e3'],
    ['#️⃣', '#\u20e3'],
    ['👩‍❤️‍👨', '👩‍❤‍👨'],
    ['🏳️‍🌈', '🏳‍🌈'],
    ['❤️‍🔥', '❤‍🔥'],
    ['🕵🏽‍♂️', '🕵🏽‍♂', '🕵🏽\ufe0f‍♂️'],
    ['🤷‍♀️', '🤷‍♀'],
    ['☝🏿', '☝🏿\ufe0f', '☝\ufe0f🏿'],
    ['🇩🇪', '🇩🇪\ufe0f'],
    ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴\ufe0f󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['©️', '©'],
    ['‼️', '‼'],
  ])('%s, with any selector', (form, ...others) => {
    for (const text of [form, ...others]) {
      expect(isEmoji(text), JSON.stringify(text)).toBe(true);
      expect(emojiForm(text)).toBe(form);
    }
  });

  test('differs by skin tone, parts and order', () => {
    const kinds = ['☝', '☝🏻', '☝🏿', '👩‍❤️‍👨', '👨‍❤️‍👩', '🇩🇪', '🇪🇩', '1️⃣', '2️⃣', '♂', '♀', '🏴', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'];
    expect(new Set(kinds.map(emojiForm)).size).toBe(kinds.length);
  });

  test('has one form, and its form is an emoji', () => {
    const wrong: string[] = [];
    for (let code = 0; code < 0x1_fb00; code++) {
      const char = String.fromCodePoint(code);
      if (code >= 0xd800 && code < 0xe000) continue;
      if (!isEmoji(char)) continue;
      const form = emojiForm(char);
      if (!isEmoji(form) || [`${char}\ufe0f`, `${char}\ufe0e`, form].some((text) => emojiForm(text) !== form))
        wrong.push(char);
    }
    expect(wrong).toEqual([]);
  });
});
