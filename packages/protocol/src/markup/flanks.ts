/**
 * Decides whether marks can open or close emphasis at their position. Stricter than CommonMark: in a chat, people paste paths,
 * globs, flags, sums and pointers far more often than they make half a word bold.
 */
import { type CharClass, classAt, classBefore } from './char-class.ts';

/** Whether marks can open emphasis, and whether they can close it. */
export type Flanks = { opens: boolean; closes: boolean };

const BEFORE_OPENING: ReadonlySet<CharClass> = new Set(['space', 'open', 'quote', 'dash', 'gapless']);
const AFTER_CLOSING: ReadonlySet<CharClass> = new Set(['space', 'close', 'quote', 'stop', 'dash', 'gapless']);
const CONTENT_END: ReadonlySet<CharClass> = new Set(['word', 'gapless', 'stop', 'close', 'quote']);
/** Two marks or more may touch any sign outside if a word is inside, as in CommonMark: `**a**` `/` `**b**`. */
const SIGNS: ReadonlySet<CharClass> = new Set(['stop', 'open', 'close', 'other']);
const WORDS: ReadonlySet<CharClass> = new Set(['word', 'gapless']);
/** Signs that a single mark does not open after, because of `.*foo`, `!*.ts` and `?*`. */
const NOT_BEFORE_SINGLE = '.!?';
/** Other characters that may follow a single opening mark. Not `.` or `-`, because of `*.ts` and `*-old`. */
const OTHERS_AFTER_OPENING = '`@#$';
/**
 * Other characters that may precede a closing mark. Not `/` or `=`, because of `src/**`. `_` and `~` end an address there: anywhere
 * else they are marks of the same row.
 */
const OTHERS_BEFORE_CLOSING = '`>%+#$°€_~';

/** Judges `marks` at `start` of `line`. A single mark is judged more strictly, because globs start with one. */
export function flanksOf(line: string, start: number, marks: string): Flanks {
  const end = start + marks.length;
  const before = classBefore(line, start);
  const after = classAt(line, end);
  const isSingle = marks.replace('\\', '').length === 1;
  // C:\_tmp is a path, not an escaped mark.
  const isEscaped = marks.includes('\\');
  const mayTouch = (sign: CharClass, char: string) =>
    !isEscaped && (isSingle ? sign === 'stop' && !NOT_BEFORE_SINGLE.includes(char) : SIGNS.has(sign));
  const beforeChar = line.charAt(start - 1);
  return {
    opens: BEFORE_OPENING.has(before)
      ? opensBefore(after, line.charAt(end), before, isSingle)
      : mayTouch(before, beforeChar) && WORDS.has(after),
    closes: AFTER_CLOSING.has(after)
      ? closesAfter(before, beforeChar, after)
      : !isSingle && SIGNS.has(after) && (WORDS.has(before) || before === 'close'),
  };
}

function opensBefore(after: CharClass, char: string, before: CharClass, isSingle: boolean): boolean {
  switch (after) {
    case 'word':
    case 'gapless':
    case 'open':
      return true;
    case 'quote':
      // Marks between two quotes are quoted text: "*".
      return before !== 'quote';
    case 'other':
      return !isSingle || OTHERS_AFTER_OPENING.includes(char);
    default:
      return !isSingle && char === '.' && before === 'space';
  }
}

function closesAfter(before: CharClass, char: string, after: CharClass): boolean {
  if (before === 'quote') return after !== 'quote';
  return before === 'other' ? OTHERS_BEFORE_CLOSING.includes(char) : CONTENT_END.has(before);
}
