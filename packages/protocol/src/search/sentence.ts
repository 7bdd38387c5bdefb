/** The signs around a word that belong to the sentence, and not to what a person looks for. Without them, more is found. */
import { searchFold } from './fold.ts';
import { searchWords } from './words.ts';

/** Ends of sentences and clauses in every script, but not `.` and `:`, which often belong to a part. */
const END = /^(?![.:])\p{Terminal_Punctuation}$/u;
const START = /^[\u00a1\u00bf\u2e18']$/u;
const OPENS = /^\p{Ps}$/u;
const CLOSES = /^\p{Pe}$/u;
const LETTERS_THEN_STOPS = /^((?:\p{L}|\p{M})+)\.+$/u;

/** Drops the signs that begin, end or enclose a sentence. A text without a word stays as it is. */
export function withoutSentence(token: string): string {
  const chars = [...token];
  // Wide and small forms fold to the common sign; the sign of an ellipsis folds to stops.
  const signs = chars.map(searchFold);
  const inside = insideBrackets(signs);
  let [start, end] = [0, chars.length];
  while (
    start < end &&
    (START.test(signs[start] ?? '') || (OPENS.test(signs[start] ?? '') && !inside.has(start)))
  )
    start++;
  while (start < end && endsSentence(signs, inside, end - 1)) end--;
  const text = chars.slice(start, end).join('');
  const folded = searchFold(text);
  if (searchWords(folded).length === 0) return token;
  return LETTERS_THEN_STOPS.test(folded) ? text.replace(/[^\p{L}\p{M}]+$/u, '') : text;
}

/** Whether the sign at `at`, with only dropped ones after it, ends or encloses the text. */
function endsSentence(signs: readonly string[], inside: ReadonlySet<number>, at: number): boolean {
  const [sign = '', before = ''] = [signs[at], signs[at - 1]];
  if (CLOSES.test(sign)) return !inside.has(at);
  if (sign === ':') return before !== ':';
  if (sign === '.') return CLOSES.test(before) && !inside.has(at - 1);
  return sign === "'" || END.test(sign);
}

/** Returns the places of the brackets that belong to the text: pairs with something else than signs before or after them. */
function insideBrackets(signs: readonly string[]): Set<number> {
  const inside = new Set<number>();
  const open: number[] = [];
  const first = signs.findIndex(isContent);
  const last = signs.findLastIndex(isContent);
  signs.forEach((sign, at) => {
    if (OPENS.test(sign)) open.push(at);
    const start = CLOSES.test(sign) ? open.pop() : undefined;
    // A pair around all of the text encloses it.
    if (start !== undefined && (start > first || at < last)) inside.add(start).add(at);
  });
  return inside;
}

function isContent(sign: string): boolean {
  return searchWords(sign).length > 0;
}
