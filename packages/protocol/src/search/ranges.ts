/** Finds a query's terms in a text, to mark the matches of a hit. */
import { SEARCH_RANGES_MAX } from '../limits.ts';
import { type FoldedText, foldWithPlaces, searchFold } from './fold.ts';
import { occurrences } from './occurrences.ts';
import type { SearchTerm } from './query.ts';
import { type PlacedWord, searchWords } from './words.ts';

/** A range of a text in UTF-16 units: `content.slice(start, end)`. */
export type TextRange = [start: number, end: number];

/**
 * Returns the places of all terms, ascending; ranges that touch become one. At most the first SEARCH_RANGES_MAX. The time is at
 * most the text's length times the number of terms, for any content: the server runs this on untrusted input.
 */
export function rangesOf(content: string, terms: readonly SearchTerm[]): TextRange[] {
  const edges = new Int32Array(content.length + 1);
  const text = searchable(content, terms);
  const addRange: AddRange = (first, after) => {
    const [start, end] = [text.startOf(first), text.endOf(after - 1)];
    edges[start] = (edges[start] ?? 0) + 1;
    edges[end] = (edges[end] ?? 0) - 1;
  };
  for (const term of terms) FIND_PLACES[term.kind](text, term, addRange);
  return unionOf(edges);
}

/** Whether a text contains all of the terms. */
export function matchesTerms(content: string, terms: readonly SearchTerm[]): boolean {
  const text = searchable(content, terms);
  return terms.every((term) => {
    let isFound = false;
    FIND_PLACES[term.kind](text, term, () => {
      isFound = true;
    });
    return isFound;
  });
}

/** Adds a range of the folded text. */
type AddRange = (first: number, after: number) => void;

/** A text prepared for matching: folded, and split into words. `words` is empty if no term needs it. */
type SearchableText = FoldedText & { words: PlacedWord[] };

function searchable(content: string, terms: readonly SearchTerm[]): SearchableText {
  const text = foldWithPlaces(content);
  const words = terms.some(({ kind }) => kind !== 'part') ? searchWords(text.folded) : [];
  return { ...text, words };
}

type FindPlaces = (text: SearchableText, term: SearchTerm, addRange: AddRange) => void;

const FIND_PLACES: Record<SearchTerm['kind'], FindPlaces> = {
  words: findPhrases,
  prefix: findPhrases,
  part({ folded }, { text }, addRange) {
    const part = searchFold(text);
    for (const start of occurrences(folded, part)) addRange(start, start + part.length);
  },
  exact: findExactly,
  exactPrefix: findExactly,
};

/** The text must contain these characters exactly. The ranges are those of the words. */
function findExactly(text: SearchableText, term: SearchTerm, addRange: AddRange): void {
  if (occurrences(text.folded, searchFold(term.text)).length > 0) findPhrases(text, term, addRange);
}

function findPhrases({ words }: SearchableText, { kind, text }: SearchTerm, addRange: AddRange): void {
  const wanted = searchWords(searchFold(text)).map(({ word }) => word);
  const prefix = kind === 'prefix' || kind === 'exactPrefix' ? wanted.pop() : undefined;
  const length = wanted.length + (prefix === undefined ? 0 : 1);
  const plain = words.map(({ word }) => word);
  const starts = wanted.length > 0 ? occurrences(plain, wanted) : words.keys();
  for (const at of starts) {
    const [first, last] = [words[at], words[at + length - 1]];
    if (first && last?.word.startsWith(prefix ?? '')) addRange(first.start, last.end);
  }
}

/** Returns the ranges that at least one place covers. `edges`: for each unit, how many places start minus how many end. */
function unionOf(edges: Int32Array): TextRange[] {
  const ranges: TextRange[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < edges.length && ranges.length < SEARCH_RANGES_MAX; at++) {
    const next = depth + (edges[at] ?? 0);
    if (depth === 0 && next > 0) start = at;
    if (depth > 0 && next === 0) ranges.push([start, at]);
    depth = next;
  }
  return ranges;
}
