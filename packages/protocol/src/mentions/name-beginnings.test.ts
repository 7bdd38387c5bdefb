import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameBeginnings } from './name-beginnings.ts';
import { nameTokens } from './name-tokens.ts';

const begins = (text: string) => nameBeginnings(text).map(({ begin }) => begin);

describe('the beginning of a name', () => {
  test.each([
    ['@ad', 'ad'],
    ['＠ad', 'ad'],
    ['＠ａｄ', 'ａｄ'],
    ['hi @Jér', 'Jér'],
    ["@O'Br", "O'Br"],
    ['(@ad', 'ad'],
    ['cc:@ad', 'ad'],
    ['hi,@ad', 'ad'],
    ['*@ad', 'ad'],
    ['你好@ad', 'ad'],
    ['ל@ad', 'ad'],
    ['(ad', 'ad'],
    ['"ad', 'ad'],
    ["'ad", 'ad'],
    ['**ad', 'ad'],
    ['_ad', 'ad'],
    ["d'ad", "d'ad"],
    ['.ad', '.ad'],
    ['> ad', 'ad'],
    ['hi,ad', 'ad'],
    ['hi @', ''],
  ])('in %j is %j', (text, begin) => {
    expect(begins(text)).toEqual([begin]);
  });

  test.each(['', 'hi ', 'hi@ad', 'a@b@ad', 'a.example/@ad', '~/ad', '$ad', 'cc:ad'])(
    'is not in %j',
    (text) => {
      expect(begins(text)).toEqual([]);
    },
  );

  test('is looked for with and without the letters of a script that puts no spaces', () => {
    expect(begins('你好ad')).toEqual(['你好ad', 'ad']);
    expect(begins('éad')).toEqual(['éad']);
  });

  test('does not count invisible characters', () => {
    expect(nameBeginnings('hi\u200b @\u2060ad')).toEqual([{ start: 4, begin: 'ad', isExplicit: true }]);
  });
});

// Not with `_`, which may be a mark: a whole message decides that.
test('a name is completed exactly where it would be a mention', () => {
  const pieces = fc.constantFrom(
    ...[
      'a',
      'é',
      '你',
      'の',
      'ل',
      '3',
      '@',
      '＠',
      '.',
      ',',
      ':',
      '/',
      '(',
      '[',
      '"',
      "'",
      '’',
      '*',
      '~',
      '`',
      '|',
      '-',
    ],
    ...[
      '·',
      '′',
      '—',
      ' ',
      '\n',
      '\u200b',
      '\u0301',
      '😀',
      '#',
      '$',
      '！',
      '、',
      '«',
      '＿',
      'ａ',
      '٣',
      '👩‍🚀',
    ],
  );
  const prefixes = fc.array(pieces, { maxLength: 6 }).map((all) => all.join(''));
  fc.assert(
    fc.property(prefixes, fc.constantFrom('', '@', '＠', '@\u2060'), (prefix, sigil) => {
      const typed = `${prefix}${sigil}ad`;
      const calls = nameTokens(`${typed}a `).some(
        ({ names, at }) => names.includes('ada') && at >= typed.length - 2,
      );
      const isCompleted = nameBeginnings(typed).some(({ begin }) => begin === 'ad');
      expect(isCompleted).toBe(calls);
    }),
    { numRuns: 1_000 },
  );
});
