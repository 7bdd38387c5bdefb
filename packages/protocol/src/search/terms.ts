/** Turns a token of a query, or the text between its quotes, into a term. */
import { DOUBLE_QUOTES, searchFold } from './fold.ts';
import { excerpt, QueryProblem } from './problem.ts';
import type { SearchTerm } from './query.ts';
import { withoutSentence } from './sentence.ts';
import { COMBINES, isLetterOrDigit, isOwnWord, searchWords } from './words.ts';

/** A shorter prefix would match a large share of all words. */
const PREFIX_MIN_CHARS = 3;
const QUOTE = new RegExp(`["${DOUBLE_QUOTES}]`, 'u');

/** Whether a character is a double quote, straight or typographic. */
export function isDoubleQuote(char: string | undefined): boolean {
  return char !== undefined && QUOTE.test(char);
}

/** A phrase between single typographic quotes. The last one is at the end of a word, so that it is no apostrophe. */
const SINGLE_QUOTED =
  /[\u2018\u201a\u2039\u203a](\S(?:.*?\S)?)[\u2018\u2019\u2039\u203a](?=[\p{Pe}\p{Terminal_Punctuation}]*(?:\s|$))/suy;
/** The end of a sentence after a quote. */
const AFTER_QUOTE = /[\p{Pe}\p{Terminal_Punctuation}]*(?=\s|$)/uy;

/** Returns the phrase that single typographic quotes enclose from `start` on, and the place after it. Null if none begins there. */
export function singleQuotedAt(text: string, start: number): { content: string; end: number } | null {
  SINGLE_QUOTED.lastIndex = start;
  const [all, content] = SINGLE_QUOTED.exec(text) ?? [];
  return all !== undefined && content !== undefined ? { content, end: start + all.length } : null;
}

/** Returns the place after the signs that end a sentence at `start`, if a space follows them; otherwise `start`. */
export function afterSentence(text: string, start: number): number {
  AFTER_QUOTE.lastIndex = start;
  return AFTER_QUOTE.test(text) ? AFTER_QUOTE.lastIndex : start;
}

/** Returns the term of a token without quotes. @throws QueryProblem for a `*` that is not at the end. */
export function bareTerm(token: string): SearchTerm {
  const word = withoutSentence(token);
  if (isPlain(word)) return { kind: 'words', text: word };
  return searchFold(word).includes('*') ? prefixTerm(word) : partTerm(word);
}

/** Returns the term of the text between two quotes. */
export function quotedTerm(content: string): SearchTerm {
  const words = content.split(/\s+/).filter(Boolean);
  const ends = words.map(withoutSentence);
  if (ends.every(isPlain)) return { kind: 'words', text: ends.join(' ') };
  if (words.every(isPlain)) return { kind: 'words', text: words.join(' ') };
  const text = withoutSentence(content.trim());
  return { kind: wordsOf(text).length > 0 ? 'exact' : 'part', text };
}

/** Whether the index can look a term up. */
export function isIndexed({ kind, text }: SearchTerm): boolean {
  return kind === 'part' ? isLongEnough(text) : wordsOf(text).length > 0;
}

/** A part that is too short for the index is taken as if quoted, if it has a word. */
function partTerm(text: string): SearchTerm {
  if (isLongEnough(text) || wordsOf(text).length === 0) return { kind: 'part', text };
  return { kind: 'exact', text };
}

function prefixTerm(word: string): SearchTerm {
  const start = word.slice(0, -1);
  const folded = searchFold(start);
  if (!searchFold(word).endsWith('*') || folded.includes('*') || folded === '') {
    throw new QueryProblem(
      `${excerpt(word)}: a * works only at the end of a word, such as dep*; to search for the sign itself, put \` around the text`,
    );
  }
  const words = wordsOf(start);
  const isCut = words.at(-1)?.end === folded.length;
  // After a sign, anything may follow anyway.
  if (!isCut) return partTerm(start);
  if (
    words.length < 2 &&
    [...(words[0]?.word ?? '')].length < PREFIX_MIN_CHARS &&
    !isOwnWord(folded.at(-1) ?? '')
  ) {
    throw new QueryProblem(
      `${excerpt(word)} is too short: write at least ${PREFIX_MIN_CHARS} letters before *`,
    );
  }
  return { kind: isPlain(start) ? 'prefix' : 'exactPrefix', text: start };
}

/** Whether a text consists of letters and digits only, at least one. */
function isPlain(text: string): boolean {
  const folded = searchFold(text);
  return (
    searchWords(folded).length > 0 &&
    [...folded].every((char) => isLetterOrDigit(char) || COMBINES.test(char))
  );
}

function wordsOf(text: string) {
  return searchWords(searchFold(text));
}

/**
 * Whether the index can look a part up. It needs a character that is a word by itself, or enough letters for a selective
 * trigram: three letters or digits in a row, or two that begin or end a word. (A single letter at the start of a word has
 * trigrams too, but nearly every text contains them.)
 */
function isLongEnough(part: string): boolean {
  const chars = [...searchFold(part)];
  if (chars.some(isOwnWord)) return true;
  let start = 0;
  for (let at = 0; at <= chars.length; at++) {
    const char = chars[at];
    if (char !== undefined && isLetterOrDigit(char)) continue;
    const length = at - start;
    if (length >= 3 || (length === 2 && (start > 0 || at < chars.length))) return true;
    start = at + 1;
  }
  return false;
}
