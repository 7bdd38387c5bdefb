/** What of a found message is shown in a list: some text around the first match, with the matches apart. Pure. */
import type { TextRange } from '@banter/protocol';

export type ExcerptPart = { text: string; isMatch: boolean };

/** Characters before the first match, and in all. */
const BEFORE_MAX = 48;
const EXCERPT_MAX = 240;

/** The parts in order; line ends are spaces. `ranges` are in UTF-16 units, in rising order. */
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

/** A word's beginning, not too far before the first match. */
function startOf(content: string, match: number): number {
  if (match <= BEFORE_MAX) return 0;
  const from = match - BEFORE_MAX;
  const space = content.slice(from, match).search(/\s/);
  return wholeChar(content, space === -1 ? from : from + space + 1);
}

/** Not between the two halves of a character. */
function wholeChar(content: string, at: number): number {
  const code = content.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
