import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalForm,
  compareForm,
  isIgnorable,
  isSameText,
  searchForm,
  withoutIgnorables,
} from './normal-form.ts';

const FOLDS = { compareForm, searchForm };
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(
      ...'łØđðÞǽǿaÀéßẞſİıΣςσ한가각한ㅎㅏㄴがか゛ﾊﾟ①ﬁǅ\u0301\u0308\u0345\u3099\u00ad\u034f\u1160\u200b\u200d\u202e\ufe0f\uffa0कि',
    ),
  }),
);
const RUNS = { numRuns: 2_000 };

/** Every code point outside of Han and private use: those that have case, compositions or another form. */
function* everyChar(): Generator<string> {
  const ranges = [
    [0, 0x33ff],
    [0xa000, 0xabff],
    [0xd7a0, 0xd7ff],
    [0xf900, 0x1ffff],
    [0x2f800, 0x2fa1f],
    [0xe0000, 0xe0fff],
  ] as const;
  for (const [first, last] of ranges) {
    for (let code = first; code <= last; code++) yield String.fromCodePoint(code);
  }
}

describe('canonical equality', () => {
  test.each([
    ['café', 'cafe\u0301'],
    ['한글', '\u1112\u1161\u11ab\u1100\u1173\u11af'],
    ['Å', '\u212b'],
    ['ậ', 'a\u0302\u0323'],
    ['が', 'か\u3099'],
  ])('%s is the same text in any form', (one, other) => {
    expect(one).not.toBe(other);
    expect(isSameText(one, other)).toBe(true);
  });

  test.each([
    ['café', 'cafe'],
    ['a', 'A'],
    ['ﬁ', 'fi'],
    ['か', 'が'],
  ])('%s and %s differ', (one, other) => {
    expect(isSameText(one, other)).toBe(false);
  });

  test('holds between all four forms of any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(isSameText(text, text.normalize('NFD'))).toBe(true);
        expect(canonicalForm(canonicalForm(text))).toBe(canonicalForm(text));
      }),
      RUNS,
    );
  });
});

describe('names compare equal', () => {
  test.each([
    ['ADA', 'ada'],
    ['Straße', 'STRASSE'],
    ['GROẞ', 'groß'],
    ['ΟΔΟΣ', 'οδος'],
    ['Ａｄａ', 'ada'],
    ['ﬁsh', 'fish'],
    ['ﾊﾟﾝ', 'パン'],
    ['①', '1'],
    ['a\u00add\u200ba', 'ada'],
    ['\u202eada\u2066', 'ada'],
    ['한', '\u1112\u1161\u11ab'],
    ['\u1112\u200b\u1161', '하'],
  ])('%j and %j', (one, other) => {
    expect(compareForm(one)).toBe(compareForm(other));
  });

  test('but not if a mark or a letter differs', () => {
    const names = ['Jeremie', 'Jérémie', 'か', 'が', 'аda', 'ada', 'कि', 'की'];
    expect(new Set(names.map(compareForm)).size).toBe(names.length);
  });
});

describe('a search finds', () => {
  test.each([
    ['Jeremie', 'Jérémie'],
    ['muller', 'MÜLLER'],
    ['istanbul', 'İstanbul'],
    ['שלום', 'שָׁלוֹם'],
    ['محمد', 'مُحَمَّد'],
    ['lukasz', 'Łukasz'],
    ['oystein', 'Øystein'],
    ['dorde', 'Đorđe'],
    ['aegir', 'Ægir'],
    ['oeuvre', 'Œuvre'],
    ['thordur', 'Þórður'],
    ['gharb', 'Għarb'],
    ['viet nam', 'Việt Nam'],
    ['αθηνα', 'ΑΘΉΝΑ'],
    ['한글', '\u1112\u1161\u11ab\u1100\u1173\u11af'],
  ])('%s in %s', (asked, text) => {
    expect(searchForm(text)).toBe(searchForm(asked));
  });

  test('letters whose marks spell another word apart', () => {
    const words = ['か', 'が', 'は', 'ぱ', 'कि', 'कु', 'กิ', 'กี'];
    expect(new Set(words.map(searchForm)).size).toBe(words.length);
  });
});

describe.each(Object.entries(FOLDS))('%s', (_name, fold) => {
  test('is the same for a text in any normal form, case and with ignorable characters in it', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('\u00ad', '\u200b', '\u2066', '\ufe0f'), (text, ignorable) => {
        const form = fold(text);
        expect(fold(form)).toBe(form);
        for (const name of ['NFC', 'NFD'] as const) expect(fold(text.normalize(name))).toBe(form);
        expect(fold([...text].join(ignorable))).toBe(form);
        expect(withoutIgnorables(form)).toBe(form);
      }),
      RUNS,
    );
  });

  test('is stable for every character', () => {
    const unstable: string[] = [];
    for (const char of everyChar()) {
      const form = fold(char);
      if (fold(form) !== form || fold(char.normalize('NFD')) !== form) unstable.push(char);
    }
    expect(unstable).toEqual([]);
  });
});

test('ignorable are invisible characters, not spaces', () => {
  expect(['\u00ad', '\u200b', '\u200f', '\u2069', '\ufeff', '\u3164', '\u{e0061}'].every(isIgnorable)).toBe(
    true,
  );
  expect([' ', '\u00a0', '\u3000', 'a', '\n', '\u2028'].some(isIgnorable)).toBe(false);
});
