/** Where in a text a query's terms stand: for showing a hit, and for finding in what a client has loaded already. */
import { SEARCH_RANGES_MAX } from './limits.ts';
import type { SearchTerm } from './search-query.ts';
import { type PlacedWord, searchWords } from './search-words.ts';

/** From here to before there, in UTF-16 units: `content.slice(start, end)`. */
export type TextRange = [start: number, end: number];

/** All places of all terms, in rising order, those that touch made one; the first SEARCH_RANGES_MAX of them. */
export function rangesOf(content: string, terms: readonly SearchTerm[]): TextRange[] {
  const words = terms.some(({ kind }) => kind !== 'part') ? searchWords(content) : [];
  return joined(terms.flatMap((term) => placesOf(content, words, term))).slice(0, SEARCH_RANGES_MAX);
}

/** Whether a text holds all of the terms. */
export function holdsTerms(content: string, terms: readonly SearchTerm[]): boolean {
  const words = searchWords(content);
  return terms.every((term) => placesOf(content, words, term).length > 0);
}

function placesOf(content: string, words: PlacedWord[], term: SearchTerm): TextRange[] {
  if (term.kind === 'part') return partsOf(content, term.text);
  const found = phrasesOf(words, term);
  // The words stand there in their order; the signs between them must be there as well.
  return term.kind === 'exact' && partsOf(content, term.text).length === 0 ? [] : found;
}

function partsOf(content: string, part: string): TextRange[] {
  const literal = part.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return [...content.matchAll(new RegExp(literal, 'giu'))].map(({ 0: text, index }) => [
    index,
    index + text.length,
  ]);
}

function phrasesOf(words: PlacedWord[], { kind, text }: SearchTerm): TextRange[] {
  const wanted = searchWords(text).map(({ word }) => word);
  const last = wanted.length - 1;
  if (last < 0) return [];
  const ranges: TextRange[] = [];
  for (let at = 0; at + last < words.length; at++) {
    const isHere = wanted.every((word, i) => {
      const there = words[at + i]?.word ?? '';
      return kind === 'prefix' && i === last ? there.startsWith(word) : there === word;
    });
    if (isHere) ranges.push([words[at]?.start ?? 0, words[at + last]?.end ?? 0]);
  }
  return ranges;
}

function joined(ranges: TextRange[]): TextRange[] {
  const result: TextRange[] = [];
  for (const [start, end] of ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
