/**
 * The form in which search compares texts: `compareForm`, with typographic signs as the straight ones. Accents count. The store
 * folds in SQL, by search_fold in its schema/10_search.sql; a test compares the two.
 */
import { compareForm } from '../normal-form.ts';

/** Quotation marks that stand for `"`, without `"` itself. */
export const DOUBLE_QUOTES =
  '\u00ab\u00bb\u05f4\u201c-\u201f\u2033\u2036\u2e42\u300c-\u300f\u301d-\u301f\ufe41-\ufe44\uff02\uff62\uff63';
/** Apostrophes, primes and single quotation marks that stand for `'`. */
const APOSTROPHES = '\u00b4\u02b9\u02bb-\u02bd\u055a\u05f3\u2018-\u201b\u2032\u2035\u2039\u203a\uff07';
/** Every dash but the wavy ones. */
const DASH = '(?![\u2053\u301c\u3030])\\p{Dash}';

const DOUBLE_QUOTE = new RegExp(`[${DOUBLE_QUOTES}]`, 'gu');
const APOSTROPHE = new RegExp(`[${APOSTROPHES}]`, 'gu');
/** Several dashes are as one: a keyboard makes one long dash of two short ones. */
const DASH_RUN = new RegExp(`(?:${DASH})+`, 'gu');
/** The tatweel, which only stretches an Arabic word. */
const STRETCHES = /\u0640/g;
/** The small dotted i, in two characters: Turkish capital letters fold to it. */
const DOTTED_I = /i\u0307+/g;
const PLAIN = /^(?!.*--)[\0-\x7f]*$/s;

const IGNORABLE = '[\\p{Default_Ignorable_Code_Point}\\u0640]';
/** Marks, and letters that a fold joins with the one before them: voicing marks of half-width Kana, a tatweel with its vowel. */
const EXTENDS = `[\\p{M}\\uff9e\\uff9f\\ufcf2-\\ufcf4\\ufe71\\ufe77\\ufe79\\ufe7b\\ufe7d\\ufe7f]|${IGNORABLE}`;
const JAMO = '\\u1100-\\u11ff\\u3131-\\u318e\\ua960-\\ua97f\\ud7b0-\\ud7ff\\uffa1-\\uffdc';
/** The pieces of a text that are folded alone: no fold joins characters of two pieces. */
const PIECE = new RegExp(
  `(?:[\\uac00-\\ud7a3${JAMO}](?:[${JAMO}]|${IGNORABLE})*|(?:${DASH})(?:${DASH}|${IGNORABLE})*|.)(?:${EXTENDS})*`,
  'gsu',
);

/** Returns the form in which a search compares a text. It is idempotent, and equal for canonically equal texts. */
export function searchFold(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  const straight = text.replace(DOUBLE_QUOTE, '"').replace(APOSTROPHE, "'");
  const letters = compareForm(straight).replace(STRETCHES, '').replace(DOTTED_I, 'i').normalize('NFKC');
  return letters.replace(DOUBLE_QUOTE, '"').replace(APOSTROPHE, "'").replace(DASH_RUN, '-');
}

/** A folded text, and for each of its UTF-16 units the range of the original that became it. */
export type FoldedText = {
  folded: string;
  /** Returns the place in the original at which the unit `at` of `folded` starts. */
  startOf(at: number): number;
  /** Returns the place in the original after the unit `at` of `folded`. */
  endOf(at: number): number;
};

/** Folds a text for a search, and keeps where each part of it was. The time is linear. */
export function foldWithPlaces(text: string): FoldedText {
  if (PLAIN.test(text)) return { folded: text.toLowerCase(), startOf: (at) => at, endOf: (at) => at + 1 };
  let folded = '';
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    const form = searchFold(piece);
    // Unless the fold changed the number of units, each one keeps its own place.
    const isSameLength = form.length === piece.length;
    for (let i = 0; i < form.length; i++) {
      starts.push(isSameLength ? index + i : index);
      ends.push(isSameLength ? index + i + 1 : index + piece.length);
    }
    folded += form;
  }
  return { folded, startOf: (at) => starts[at] ?? text.length, endOf: (at) => ends[at] ?? text.length };
}
