import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldWithPlaces, searchFold } from './fold.ts';

describe('texts that a search takes as equal', () => {
  test.each([
    ['cafe\u0301', 'CAF\u00c9'],
    ['\u1112\u1161\u11ab', '\ud55c'],
    ['Straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδος'],
    ['İZMİR', 'izmir'],
    ['ısparta', 'ISPARTA'],
    ['Ｆｕｌｌ', 'full'],
    ['ｶﾞ', 'ガ'],
    ['de\u00adploy\u200bed', 'deployed'],
    ['❤️', '❤'],
    ['don’t', "don't"],
    ['“a” «b» 「c」', '"a" "b" "c"'],
    ['—force', '--force'],
    ['foo–bar', 'foo-bar'],
    ['ש״ס', 'ש"ס'],
    ['ג׳ירפה', "ג'ירפה"],
    ['الســلام', 'السلام'],
    ['ﹷس', '\u064eس'],
    ['-\u0640-', '-'],
  ])('%s and %s', (one, other) => {
    expect(searchFold(one)).toBe(searchFold(other));
  });

  test.each([
    ['café', 'cafe'],
    ['か', 'が'],
    ['foo_bar', 'foo-bar'],
    ['a:b', 'a.b'],
  ])('but not %s and %s', (one, other) => {
    expect(searchFold(one)).not.toBe(searchFold(other));
  });
});

describe('any text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        ...'aÀßẞİıΣςｶﾞ한ᄒㅎㅏ--–—「」’“\u0301\u0307\u00ad\u200b\ufe0f\u3099か\u0640\ufcf2\ufe71\u0651ب״׳',
      ),
    }),
  );

  test('folds alike in all its canonical forms, twice as once, and in pieces as a whole', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const folded = searchFold(text);
        expect(searchFold(text.normalize('NFD'))).toBe(folded);
        expect(searchFold(text.normalize('NFC'))).toBe(folded);
        expect(searchFold(folded)).toBe(folded);
        expect(foldWithPlaces(text).folded).toBe(folded);
      }),
      { numRuns: 3_000 },
    );
  });

  test('keeps the places of its parts in order', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { folded, startOf, endOf } = foldWithPlaces(text);
        for (let at = 0; at < folded.length; at++) {
          expect(startOf(at)).toBeLessThan(endOf(at));
          expect(startOf(at + 1)).toBeGreaterThanOrEqual(startOf(at));
          expect(endOf(at)).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
