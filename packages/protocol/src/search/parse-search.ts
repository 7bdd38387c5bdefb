/** What people type to search: taken apart the same way by the server and by every client. docs/search.md tells of it. */
import { SEARCH_CONTEXT_MAX, SEARCH_MAX_CHARS, SEARCH_TERMS_MAX } from '../limits.ts';
import { checkText } from '../text.ts';
import { addFilter } from './filters.ts';
import { QueryProblem, shown } from './problem.ts';
import type { SearchQuery, SearchTerm } from './query.ts';
import { COMBINES, isLetterOrDigit, isOwnWord, searchWords } from './words.ts';

/** Either the query, or what is wrong with it and how to put it right. */
export type ParsedSearch = { ok: true; query: SearchQuery } | { ok: false; problem: string };

/** Takes a query apart, in linear time. Never throws. */
export function parseSearch(raw: string): ParsedSearch {
  const checked = checkText(raw, { field: 'q', mayBeEmpty: true, maxChars: SEARCH_MAX_CHARS });
  if (!checked.ok) return checked;
  try {
    const query = readTokens(checked.text);
    requireSomething(query);
    return { ok: true, query };
  } catch (error) {
    if (error instanceof QueryProblem) return { ok: false, problem: error.message };
    throw error;
  }
}

const CONTEXT = /^-C(\d*)$/;
/** What ends a sentence is no part of the word before it. */
const WORD_IN_SENTENCE = /^(.*[^,;!?])[,;!?]+$/su;

function readTokens(text: string): SearchQuery {
  const query: SearchQuery = { terms: [], from: [], in: [], has: [], mentionsMe: false };
  let at = 0;
  for (;;) {
    while (at < text.length && isSpace(text[at])) at++;
    const sign = text[at];
    if (sign === undefined) return query;
    if (sign === '"' || sign === '`') {
      const { content, end } = readQuoted(text, at, sign);
      addTerm(query, sign === '"' ? quotedTerm(content) : { kind: 'part', text: content });
      at = end;
    } else {
      let end = at;
      while (end < text.length && !isSpace(text[end])) end++;
      at = readBare(query, text, at, end);
    }
  }
}

/** What stands between two `quote`s from `start` on; a backslash takes the next sign as it is. */
function readQuoted(text: string, start: number, quote: string): { content: string; end: number } {
  let content = '';
  for (let at = start + 1; at < text.length; at++) {
    const sign = text[at];
    if (sign === quote) {
      if (content.trim() === '') throw new QueryProblem(`there is nothing between the two ${quote}`);
      return { content, end: at + 1 };
    }
    if (sign === '\\' && (text[at + 1] === quote || text[at + 1] === '\\')) at++;
    content += text[at];
  }
  const name = quote === '"' ? 'quote' : 'back-tick';
  throw new QueryProblem(`the ${name} at ${shown(text.slice(start))} is not closed`);
}

/** Reads what stands between two spaces; gives where to go on. */
function readBare(query: SearchQuery, text: string, start: number, end: number): number {
  const token = text.slice(start, end);
  const context = CONTEXT.exec(token);
  if (context) return readContext(query, text, context[1] ?? '', end);
  if (!addFilter(query, token)) addTerm(query, bareTerm(token));
  return end;
}

/** `-C 3` or `-C3`. */
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
      `-C wants a number of messages from 0 to ${SEARCH_CONTEXT_MAX}, as in -C 3; to look for the signs, write "-C"`,
    );
  }
  if (query.context !== undefined) throw new QueryProblem('-C is given twice');
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
        `${shown(word)} is too short: * wants at least ${PREFIX_MIN_CHARS} letters before it`,
      );
    }
    return { kind: 'prefix', text: start };
  }
  return { kind: 'part', text: token };
}

/** Fewer would stand at the beginning of a large share of all words. */
const PREFIX_MIN_CHARS = 3;

function quotedTerm(content: string): SearchTerm {
  const words = content.split(/\s+/).filter(Boolean);
  if (words.every(isPlain)) return { kind: 'words', text: words.join(' ') };
  return { kind: searchWords(content).length > 0 ? 'exact' : 'part', text: content };
}

/** Whether a text has letters and digits only, and at least one. */
function isPlain(text: string): boolean {
  return (
    searchWords(text).length > 0 && [...text].every((sign) => isLetterOrDigit(sign) || COMBINES.test(sign))
  );
}

function addTerm(query: SearchQuery, term: SearchTerm): void {
  if (query.terms.length >= SEARCH_TERMS_MAX) {
    throw new QueryProblem(`a search has at most ${SEARCH_TERMS_MAX} words and phrases: leave some out`);
  }
  query.terms.push(term);
}

/** An index must have something to look up. */
function requireSomething({ terms, from, in: rooms, before, after, has, mentionsMe }: SearchQuery): void {
  if (terms.length === 0) {
    const isFiltered = from.length + rooms.length + has.length > 0 || mentionsMe;
    if (isFiltered || before !== undefined || after !== undefined) return;
    throw new QueryProblem('q is empty: give a word, a "phrase", or a filter such as from:ada');
  }
  if (terms.some(({ kind, text }) => (kind === 'part' ? isLongEnough(text) : searchWords(text).length > 0)))
    return;
  const [first] = terms;
  throw new QueryProblem(
    `${shown(first?.text ?? '')} is too short to look for: a part of a text has three letters or digits in a row, or two ` +
      'beside another sign; give a whole word beside it, or more of the text',
  );
}

/**
 * Whether a part has something that an index can look up: a sign that is a word by itself, or what has trigrams: three
 * letters or digits in a row, or two that begin or end a word. (A single letter that begins one has some too, as nearly
 * every text.)
 */
function isLongEnough(part: string): boolean {
  const signs = [...part];
  if (signs.some(isOwnWord)) return true;
  let start = 0;
  for (let at = 0; at <= signs.length; at++) {
    const sign = signs[at];
    if (sign !== undefined && isLetterOrDigit(sign)) continue;
    const length = at - start;
    if (length >= 3 || (length === 2 && (start > 0 || at < signs.length))) return true;
    start = at + 1;
  }
  return false;
}

function isSpace(sign: string | undefined): boolean {
  return sign !== undefined && /\s/.test(sign);
}
