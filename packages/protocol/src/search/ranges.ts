/** Where in a text a query's terms stand: for showing a hit, and for finding in what a client has loaded already. */
import { SEARCH_RANGES_MAX } from '../limits.ts';
import { occurrences } from './occurrences.ts';
import type { SearchTerm } from './query.ts';
import { inLowerCase, type PlacedWord, searchWords } from './words.ts';

/** From here to before there, in UTF-16 units: `content.slice(start, end)`. */
export type TextRange = [start: number, end: number];

/**
 * All places of all terms, in rising order, those that touch made one; the first SEARCH_RANGES_MAX of them. The time it takes
 * grows with the text times the number of terms, whatever they hold: a server does this for texts and terms of strangers.
 */
export function rangesOf(content: string, terms: readonly SearchTerm[]): TextRange[] {
  const sides = new Int32Array(content.length + 1);
  const mark: Mark = (start, end) => {
    sides[start] = (sides[start] ?? 0) + 1;
    sides[end] = (sides[end] ?? 0) - 1;
  };
  const text = readable(content, terms);
  for (const term of terms) MARK_PLACES[term.kind](text, term, mark);
  return covered(sides);
}

/** Whether a text holds all of the terms. */
export function holdsTerms(content: string, terms: readonly SearchTerm[]): boolean {
  const text = readable(content, terms);
  return terms.every((term) => {
    let isThere = false;
    MARK_PLACES[term.kind](text, term, () => {
      isThere = true;
    });
    return isThere;
  });
}

type Mark = (start: number, end: number) => void;

/** A text as it is looked through: its signs in lower case, and its words. */
type Readable = { signs: string; words: PlacedWord[] };

function readable(content: string, terms: readonly SearchTerm[]): Readable {
  const words = terms.some(({ kind }) => kind !== 'part') ? searchWords(content) : [];
  return { signs: inLowerCase(content), words };
}

type MarkPlaces = (text: Readable, term: SearchTerm, mark: Mark) => void;

const MARK_PLACES: Record<SearchTerm['kind'], MarkPlaces> = {
  words: markPhrases,
  prefix: markPhrases,
  part({ signs }, { text }, mark) {
    for (const start of partsOf(signs, text)) mark(start, start + text.length);
  },
  // The words stand there in their order; the signs between them must be there as well.
  exact(text, term, mark) {
    if (partsOf(text.signs, term.text).length > 0) markPhrases(text, term, mark);
  },
};

function partsOf(signs: string, part: string): number[] {
  return occurrences(signs, inLowerCase(part));
}

function markPhrases({ words }: Readable, { kind, text }: SearchTerm, mark: Mark): void {
  const wanted = searchWords(text).map(({ word }) => word);
  const beginning = kind === 'prefix' ? wanted.pop() : undefined;
  const length = wanted.length + (beginning === undefined ? 0 : 1);
  const plain = words.map(({ word }) => word);
  const starts = wanted.length > 0 ? occurrences(plain, wanted) : words.keys();
  for (const at of starts) {
    const [first, last] = [words[at], words[at + length - 1]];
    if (first && last?.word.startsWith(beginning ?? '')) mark(first.start, last.end);
  }
}

/** The ranges of what at least one place covers, from what begins and what ends at each unit. */
function covered(sides: Int32Array): TextRange[] {
  const ranges: TextRange[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < sides.length && ranges.length < SEARCH_RANGES_MAX; at++) {
    const next = depth + (sides[at] ?? 0);
    if (depth === 0 && next > 0) start = at;
    if (depth > 0 && next === 0) ranges.push([start, at]);
    depth = next;
  }
  return ranges;
}
