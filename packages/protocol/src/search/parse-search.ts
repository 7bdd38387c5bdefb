/** Parses a search query. The server and every client use this one parser. docs/search.md describes the language. */
import { SEARCH_CONTEXT_MAX, SEARCH_MAX_CHARS, SEARCH_TERMS_MAX } from '../limits.ts';
import { withoutIgnorables } from '../normal-form.ts';
import { checkText } from '../text.ts';
import { UTC, type Zone } from './days.ts';
import { addFilter } from './filters.ts';
import { searchFold } from './fold.ts';
import { excerpt, QueryProblem } from './problem.ts';
import type { SearchQuery, SearchTerm } from './query.ts';
import { refuseForeign } from './refused.ts';
import { afterSentence, bareTerm, isDoubleQuote, isIndexed, quotedTerm, singleQuotedAt } from './terms.ts';

/** The query, or the problem with it and how to correct it. */
export type ParsedSearch = { ok: true; query: SearchQuery } | { ok: false; problem: string };

/**
 * Parses a query of at most SEARCH_MAX_CHARS, in linear time. Never throws.
 * @param zone the zone of days, and of times that name none; see zoneOf.
 */
export function parseSearch(raw: string, zone: Zone = UTC): ParsedSearch {
  const checked = checkText(raw, { field: 'q', mayBeEmpty: true, maxChars: SEARCH_MAX_CHARS });
  if (!checked.ok) return checked;
  try {
    const query = readTokens(withoutIgnorables(checked.text), zone);
    requireSearchable(query);
    return { ok: true, query };
  } catch (error) {
    if (error instanceof QueryProblem) return { ok: false, problem: error.message };
    throw error;
  }
}

const CONTEXT = /^\p{Dash}C(\d*)$/u;

function readTokens(text: string, zone: Zone): SearchQuery {
  const query: SearchQuery = { terms: [], from: [], in: [], has: [], mentionsMe: false };
  let at = 0;
  for (;;) {
    while (at < text.length && isSpace(text[at])) at++;
    const char = text[at];
    if (char === undefined) return query;
    const single = singleQuotedAt(text, at);
    if (char === '`' || isDoubleQuote(char) || single) {
      const { content, end } = single ?? readQuoted(text, at, char);
      addTerm(query, char === '`' ? { kind: 'part', text: content } : quotedTerm(content));
      at = afterSentence(text, end);
    } else {
      let end = at;
      while (end < text.length && !isSpace(text[end])) end++;
      at = readBare(query, text, [at, end], zone);
    }
  }
}

/**
 * Reads from the quote at `start` to the next one of its kind. Any typographic quote closes another. When no quote of its kind
 * follows, any other closes it. A backslash escapes a quote or a backslash. `end` is after the closing quote.
 */
function readQuoted(text: string, start: number, quote: string): { content: string; end: number } {
  const isSame = (char: string) => char === quote;
  const isAny = (char: string) => isSame(char) || (quote !== '`' && isDoubleQuote(char));
  const isTypographic = (char: string) => isAny(char) && char !== '"';
  const closed =
    readUntil(text, start + 1, isAny(quote) && quote !== '"' && quote !== '`' ? isTypographic : isSame) ??
    readUntil(text, start + 1, isAny);
  if (!closed) {
    const name = quote === '`' ? 'backtick' : 'quote';
    throw new QueryProblem(
      `the ${name} at ${excerpt(text.slice(start))} is not closed: add ${quote === '`' ? quote : '"'} at the end`,
    );
  }
  if (closed.content.trim() === '')
    throw new QueryProblem(`nothing between the two ${quote}: write a word there, or remove them`);
  return closed;
}

function readUntil(
  text: string,
  start: number,
  isEnd: (char: string) => boolean,
): { content: string; end: number } | null {
  let content = '';
  for (let at = start; at < text.length; at++) {
    const [char = '', next = ''] = [text[at], text[at + 1]];
    if (isEnd(char)) return { content, end: at + 1 };
    if (char === '\\' && (next === '\\' || isEnd(next))) at++;
    content += text[at];
  }
  return null;
}

/** Reads the token between two spaces. Returns where to continue. */
function readBare(query: SearchQuery, text: string, [start, end]: [number, number], zone: Zone): number {
  const token = text.slice(start, end);
  const context = CONTEXT.exec(token);
  if (context) return readContext(query, text, context[1] ?? '', end);
  if (addFilter(query, token, zone)) return end;
  refuseForeign(token, token === text.trim());
  addTerm(query, bareTerm(token));
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

function addTerm(query: SearchQuery, term: SearchTerm): void {
  if (query.terms.length >= SEARCH_TERMS_MAX) {
    throw new QueryProblem(`a search has at most ${SEARCH_TERMS_MAX} words and phrases: leave some out`);
  }
  if (searchFold(term.text).trim() === '')
    throw new QueryProblem(`${excerpt(term.text)} has no visible character: write a word`);
  query.terms.push(term);
}

/** Requires a filter, or a term that the index can look up. @throws QueryProblem if there is neither. */
function requireSearchable({ terms, from, in: rooms, before, after, has, mentionsMe }: SearchQuery): void {
  if (terms.length === 0) {
    const isFiltered = from.length + rooms.length + has.length > 0 || mentionsMe;
    if (isFiltered || before !== undefined || after !== undefined) return;
    throw new QueryProblem('q is empty: enter a word, a "phrase" or a filter such as from:ada');
  }
  if (terms.some(isIndexed)) return;
  const [first] = terms;
  throw new QueryProblem(
    `${excerpt(first?.text ?? '')} is too short: enter three letters or digits in a row, or two beside another ` +
      'character, or add a whole word',
  );
}

function isSpace(char: string | undefined): boolean {
  return char !== undefined && /\s/.test(char);
}
