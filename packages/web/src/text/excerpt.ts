/** Excerpts of found messages: the text around the first match, with all matches marked. Pure. */
import type { TextRange } from '@banter/protocol';

/** A stretch of text, either a match or the text between matches. */
export type ExcerptPart = { text: string; isMatch: boolean };

/** UTF-16 units before the first match, and in the whole excerpt. */
const BEFORE_MAX = 48;
const EXCERPT_MAX = 240;

/** Cuts an excerpt into parts, in order. Line breaks become spaces. `ranges` are in UTF-16 units, ascending. */
export function excerptOf(content: string, ranges: readonly TextRange[]): ExcerptPart[] {
  const start = startOf(content, ranges[0]?.[0] ?? 0);
  const end = wholeChar(content, Math.min(content.length, start + EXCERPT_MAX));
  const parts: ExcerptPart[] = [];
  const push = (from: number, to: number, isMatch: boolean) => {
    if (to > from) parts.push({ text: content.slice(from, to).replace(/\s+/g, ' '), isMatch });
  };
  let at = start;
  if (start > 0) parts.push({ text: '…', isMatch: false });
  for (const [from, to] of ranges) {
    if (from < at || from >= end) continue;
    push(at, from, false);
    push(from, Math.min(to, end), true);
    at = Math.min(to, end);
  }
  push(at, end, false);
  if (end < content.length) parts.push({ text: '…', isMatch: false });
  return parts;
}

/** The start of a word at most BEFORE_MAX units before the first match. */
function startOf(content: string, match: number): number {
  if (match <= BEFORE_MAX) return 0;
  const from = match - BEFORE_MAX;
  const space = content.slice(from, match).search(/\s/);
  return wholeChar(content, space === -1 ? from : from + space + 1);
}

/** Moves `at` off the middle of a surrogate pair. */
function wholeChar(content: string, at: number): number {
  const code = content.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
