/** The words of a text as the index of search has them: search_split, in the store's 0010_search_words.up.sql, does the same. */

/** A word and where it stands, in UTF-16 units as strings are indexed. */
export type PlacedWord = { word: string; start: number; end: number };

/** Signs of writing without spaces (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) and pictures: each is a word. */
const OWN_WORD =
  '\\u0E00-\\u0EFF\\u1000-\\u109F\\u1780-\\u17FF\\u2300-\\u23FF\\u2600-\\u27BF\\u2B05-\\u2B55\\u2E80-\\u2FDF' +
  '\\u3005-\\u3007\\u3021-\\u30FF\\u3105-\\u312F\\u3131-\\u318E\\u31A0-\\u31BF\\u31F0-\\u31FF\\u3400-\\u4DBF\\u4E00-\\u9FFF' +
  '\\uA960-\\uA97F\\uAC00-\\uD7FF\\uF900-\\uFAFF\\uFF66-\\uFFDC\\u{1F000}-\\u{1FAFF}\\u{20000}-\\u{3FFFF}';
/** They choose between two looks of the sign before them, and part words like a space. */
const CHOOSE_LOOK = '\\uFE00-\\uFE0F';
const WORD = new RegExp(`[${OWN_WORD}]|(?:(?![${OWN_WORD}${CHOOSE_LOOK}])[\\p{L}\\p{N}\\p{M}])+`, 'gu');
const OWN = new RegExp(`^[${OWN_WORD}]`, 'u');
const LETTER_OR_DIGIT = new RegExp(`[\\p{L}\\p{N}${OWN_WORD}]`, 'u');
/** A sign that belongs to the letter or the picture before it, or joins two. */
export const COMBINES = /[\p{M}\u200C\u200D]/u;

export function isLetterOrDigit(sign: string): boolean {
  return LETTER_OR_DIGIT.test(sign);
}

/** Whether a sign is a word by itself, whatever stands beside it. */
export function isOwnWord(sign: string): boolean {
  return OWN.test(sign);
}

/** The words of a text in their order, in lower case. */
export function searchWords(text: string): PlacedWord[] {
  return [...text.matchAll(WORD)].map(({ 0: word, index }) => ({
    word: inLowerCase(word),
    start: index,
    end: index + word.length,
  }));
}

/**
 * As PostgreSQL does it, letter by letter, so that each stays as long as it was and has one small form wherever it stands: of
 * all letters, the dotted capital I would become longer, and the capital sigma has two.
 */
export function inLowerCase(text: string): string {
  return text.replaceAll('İ', 'i').replaceAll('Σ', 'σ').toLowerCase();
}
