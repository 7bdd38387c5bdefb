/** Parses a search query. The server and every client use this one parser. docs/search.md describes the language. */
import { SEARCH_CONTEXT_MAX, SEARCH_MAX_CHARS, SEARCH_TERMS_MAX } from '../limits.ts';
import { checkText } from '../text.ts';
import { addFilter } from './filters.ts';
import { excerpt, QueryProblem } from './problem.ts';
import type { SearchQuery, SearchTerm } from './query.ts';
import { COMBINES, isLetterOrDigit, isOwnWord, searchWords } from './words.ts';

/** The query, or the problem with it and how to correct it. */
export type ParsedSearch = { ok: true; query: SearchQuery } | { ok: false; problem: string };

/** Parses a query of at most SEARCH_MAX_CHARS, in linear time. Never throws. */
export function parseSearch(raw: string): ParsedSearch {
  const checked = checkText(raw, { field: 'q', mayBeEmpty: true, maxChars: SEARCH_MAX_CHARS });
  if (!checked.ok) return checked;
  try {
    const query = readTokens(checked.text);
    requireSearchable(query);
    return { ok: true, query };
  } catch (error) {
    if (error instanceof QueryProblem) return { ok: false, problem: error.message };
    throw error;
  }
}

const CONTEXT = /^-C(\d*)$/;
/** Punctuation at the end of a sentence is not part of the word before it. */
const WORD_IN_SENTENCE = /^(.*[^,;!?])[,;!?]+$/su;

function readTokens(text: string): SearchQuery {
  const query: SearchQuery = { terms: [], from: [], in: [], has: [], mentionsMe: false };
  let at = 0;
  for (;;) {
    while (at < text.length && isSpace(text[at])) at++;
    const char = text[at];
    if (char === undefined) return query;
    if (char === '"' || char === '`') {
      const { content, end } = readQuoted(text, at, char);
      addTerm(query, char === '"' ? quotedTerm(content) : { kind: 'part', text: content });
      at = end;
    } else {
      let end = at;
      while (end < text.length && !isSpace(text[end])) end++;
      at = readBare(query, text, at, end);
    }
  }
}

/** Reads from the `quote` at `start` to the next one. A backslash escapes a quote or a backslash. `end` is after the closing one. */
function readQuoted(text: string, start: number, quote: string): { content: string; end: number } {
  let content = '';
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at];
    if (char === quote) {
      if (content.trim() === '')
        throw new QueryProblem(`nothing between the two ${quote}: write a word there, or remove them`);
      return { content, end: at + 1 };
    }
    if (char === '\\' && (text[at + 1] === quote || text[at + 1] === '\\')) at++;
    content += text[at];
  }
  const name = quote === '"' ? 'quote' : 'backtick';
  throw new QueryProblem(
    `the ${name} at ${excerpt(text.slice(start))} is not closed: add ${quote} at the end`,
  );
}

/** Reads the token between two spaces. Returns where to continue. */
function readBare(query: SearchQuery, text: string, start: number, end: number): number {
  const token = text.slice(start, end);
  const context = CONTEXT.exec(token);
  if (context) return readContext(query, text, context[1] ?? '', end);
  if (!addFilter(query, token)) addTerm(query, bareTerm(token));
  return end;
}

/** Reads the number of `-C 3` or `-C3`. Returns where to continue. */
function readContext(query: SearchQuery, text: string, attached: string, end: number): number {
  let [from, to] = [end, end];
  if (attached === '') {
    while (from < text.length && isSpace(text[from])) from++;
    to = from;
    while (to < text.length && !isSpace(text[to])) to++;
  }
  const number = attached || text.slice(from, to);
  if (!/^\d{1,4}$/.test(number) || Number(number) > SEARCH_CONTEXT_MAX) {
    throw new QueryProblem(
      `-C needs a number of messages from 0 to ${SEARCH_CONTEXT_MAX}, such as -C 3; to search for the text, write "-C"`,
    );
  }
  if (query.context !== undefined) throw new QueryProblem('-C appears twice: leave one out');
  query.context = Number(number);
  return to;
}

function bareTerm(token: string): SearchTerm {
  const word = WORD_IN_SENTENCE.exec(token)?.[1] ?? token;
  if (isPlain(word)) return { kind: 'words', text: word };
  const start = word.slice(0, -1);
  if (word.endsWith('*') && isPlain(start)) {
    if ([...start].length < PREFIX_MIN_CHARS && searchWords(start).length < 2) {
      throw new QueryProblem(
        `${excerpt(word)} is too short: write at least ${PREFIX_MIN_CHARS} letters before *`,
      );
    }
    return { kind: 'prefix', text: start };
  }
  return { kind: 'part', text: token };
}

/** A shorter prefix would match a large share of all words. */
const PREFIX_MIN_CHARS = 3;

function quotedTerm(content: string): SearchTerm {
  const words = content.split(/\s+/).filter(Boolean);
  if (words.every(isPlain)) return { kind: 'words', text: words.join(' ') };
  return { kind: searchWords(content).length > 0 ? 'exact' : 'part', text: content };
}

/** Whether a text consists of letters and digits only, at least one. */
function isPlain(text: string): boolean {
  return (
    searchWords(text).length > 0 && [...text].every((char) => isLetterOrDigit(char) || COMBINES.test(char))
  );
}

function addTerm(query: SearchQuery, term: SearchTerm): void {
  if (query.terms.length >= SEARCH_TERMS_MAX) {
    throw new QueryProblem(`a search has at most ${SEARCH_TERMS_MAX} words and phrases: leave some out`);
  }
  query.terms.push(term);
}

/** Requires a filter, or a term that the index can look up. @throws QueryProblem if there is neither. */
function requireSearchable({ terms, from, in: rooms, before, after, has, mentionsMe }: SearchQuery): void {
  if (terms.length === 0) {
    const isFiltered = from.length + rooms.length + has.length > 0 || mentionsMe;
    if (isFiltered || before !== undefined || after !== undefined) return;
    throw new QueryProblem('q is empty: enter a word, a "phrase" or a filter such as from:ada');
  }
  if (terms.some(({ kind, text }) => (kind === 'part' ? isLongEnough(text) : searchWords(text).length > 0)))
    return;
  const [first] = terms;
  throw new QueryProblem(
    `${excerpt(first?.text ?? '')} is too short: enter three letters or digits in a row, or two beside another ` +
      'character, or add a whole word',
  );
}

/**
 * Whether the index can look a part up. It needs a character that is a word by itself, or enough letters for a selective
 * trigram: three letters or digits in a row, or two that begin or end a word. (A single letter at the start of a word has
 * trigrams too, but nearly every text contains them.)
 */
function isLongEnough(part: string): boolean {
  const chars = [...part];
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

function isSpace(char: string | undefined): boolean {
  return char !== undefined && /\s/.test(char);
}
