import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SEARCH_RANGES_MAX } from '../limits.ts';
import type { SearchTerm } from './query.ts';
import { matchesTerms, rangesOf } from './ranges.ts';

const words = (text: string): SearchTerm => ({ kind: 'words', text });
const part = (text: string): SearchTerm => ({ kind: 'part', text });
const exact = (text: string): SearchTerm => ({ kind: 'exact', text });
const prefix = (text: string): SearchTerm => ({ kind: 'prefix', text });

/** Returns the text with its ranges in brackets. */
function marked(content: string, ...terms: SearchTerm[]): string {
  return rangesOf(content, terms).reduceRight(
    (text, [start, end]) => `${text.slice(0, start)}[${text.slice(start, end)}]${text.slice(end)}`,
    content,
  );
}

describe('the ranges of terms', () => {
  test.each<[string, string, SearchTerm[]]>([
    ['whole words in any case', '[Tea], [TEA], teapot', [words('tea')]],
    ['a phrase with the characters between its words', 'a [cold, front] and cold air', [words('cold front')]],
    ['whole words that start with a prefix', '[deployment] undeployed [Deploys]', [prefix('deploy')]],
    ['parts anywhere', 'w[10.0.0.10.0.0.]7', [part('10.0.0.')]],
    ['characters as they are', 'f[(a|b)*]?', [part('(a|b)*')]],
    [
      'capital letters with an unusual lower-case form',
      'İİ [İSTANBUL] ΟΔ[ΟΣ]',
      [part('istanbul'), words('οσ'), part('οσ')],
    ],
    ['a part that starts inside a partial match', 'aab[aabaac]', [part('aabaac')]],
    ['words with a prefix, in a script without spaces', '今[東京タワー]', [prefix('東京タ'), part('ワー')]],
    ['a run of Chinese', '今天[東京]都很热', [words('東京')]],
    ['after characters of two UTF-16 units', '𝒳🎉 [tea] 🎉', [words('tea')]],
    [
      'several terms, joined if they touch',
      '[cold front] [passing]',
      [words('cold'), words('front'), part('passing'), part('d f')],
    ],
    ['exact words only with the characters between them', '[10.0.0.7]', [exact('10.0.0.7')]],
  ])('%s', (_what, expected, terms) => {
    expect(marked(expected.replaceAll(/[[\]]/g, ''), ...terms)).toBe(expected);
  });

  test('are at most SEARCH_RANGES_MAX', () => {
    expect(rangesOf('a b '.repeat(500), [words('a')])).toHaveLength(SEARCH_RANGES_MAX);
  });
});

describe('whether a text matches a term', () => {
  test.each<[boolean, string, SearchTerm]>([
    [true, 'ping 10.0.0.12', part('10.0.0.1')],
    [false, 'ping 10.0.0.12', exact('10.0.0.1')],
    [false, '10 0 0 1', exact('10.0.0.1')],
    [true, '10 0 0 1', words('10.0.0.1')],
    [false, 'teapot', words('tea')],
    [false, 'front cold', words('cold front')],
  ])('%s: %s', (expected, content, term) => {
    expect(matchesTerms(content, [term])).toBe(expected);
  });
});

test('the ranges of many parts are those that a naive search finds', () => {
  const few = fc.string({ unit: fc.constantFrom('a', 'b', 'B', ' ', '.'), maxLength: 30 });
  const term = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(few, fc.array(term, { maxLength: 3 }), (content, parts) => {
      const expected = [...content].map((_, at) =>
        parts.some((text) =>
          [...text].some((_sign, back) => content.toLowerCase().startsWith(text, at - back) && at >= back),
        ),
      );
      const found = [...content].map((_, at) =>
        rangesOf(content, parts.map(part)).some(([start, end]) => start <= at && at < end),
      );
      expect(found).toEqual(expected);
    }),
    { numRuns: 2_000 },
  );
});

test('ranges ascend, never touch, and stay inside the text, for any text and terms', () => {
  const text = fc.string({ unit: 'binary', maxLength: 80 });
  const term = fc.record({
    kind: fc.constantFrom('words', 'prefix', 'part', 'exact'),
    text: fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
  });
  fc.assert(
    fc.property(text, fc.array(term, { maxLength: 4 }), (content, terms) => {
      let last = -1;
      for (const [start, end] of rangesOf(content, terms as SearchTerm[])) {
        expect(start).toBeGreaterThan(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(content.length);
        last = end;
      }
    }),
    { numRuns: 2_000 },
  );
});
