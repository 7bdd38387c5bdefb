/** Splits a folded text into words exactly as the search index does: search_split, in the store's schema/10_search.sql. */

/** A word, and its range in the folded text, in UTF-16 units. */
export type PlacedWord = { word: string; start: number; end: number };

/** Characters of scripts without spaces (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) and pictures: each is a word. */
const OWN_WORD =
  '\\u0E00-\\u0EFF\\u1000-\\u109F\\u1100-\\u11FF\\u1780-\\u17FF\\u2300-\\u23FF\\u2600-\\u27BF\\u2B05-\\u2B55\\u2E80-\\u2FDF' +
  '\\u3005-\\u3007\\u3021-\\u30FF\\u3105-\\u312F\\u3131-\\u318E\\u31A0-\\u31BF\\u31F0-\\u31FF\\u3400-\\u4DBF\\u4E00-\\u9FFF' +
  '\\uA960-\\uA97F\\uAC00-\\uD7FF\\uF900-\\uFAFF\\uFF66-\\uFFDC\\u{1F000}-\\u{1FAFF}\\u{20000}-\\u{3FFFF}';
const WORD = new RegExp(`[${OWN_WORD}]|(?:(?![${OWN_WORD}])[\\p{L}\\p{N}\\p{M}])+`, 'gu');
const OWN = new RegExp(`^[${OWN_WORD}]`, 'u');
const LETTER_OR_DIGIT = new RegExp(`[\\p{L}\\p{N}${OWN_WORD}]`, 'u');
/** A character that combines with the one before it. */
export const COMBINES = /\p{M}/u;

/** Whether a character is a letter, a digit or a word by itself. */
export function isLetterOrDigit(char: string): boolean {
  return LETTER_OR_DIGIT.test(char);
}

/** Whether a character is always a word by itself. */
export function isOwnWord(char: string): boolean {
  return OWN.test(char);
}

/** Returns the words of a folded text in their order. */
export function searchWords(folded: string): PlacedWord[] {
  return [...folded.matchAll(WORD)].map(({ 0: word, index }) => ({
    word,
    start: index,
    end: index + word.length,
  }));
}
