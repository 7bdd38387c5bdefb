/**
 * Whether marks may begin or end something where they stand. Stricter than CommonMark: paths, globs, flags, sums and
 * pointers are pasted into a chat far more often than half a word is made bold.
 */
import { type CharClass, classAt, classBefore } from './char-class.ts';

export type Flanks = { opens: boolean; closes: boolean };

const BEFORE_OPENING: ReadonlySet<CharClass> = new Set(['space', 'open', 'quote', 'dash', 'gapless']);
const AFTER_CLOSING: ReadonlySet<CharClass> = new Set(['space', 'close', 'quote', 'stop', 'dash', 'gapless']);
const CONTENT_END: ReadonlySet<CharClass> = new Set(['word', 'gapless', 'stop', 'close', 'quote']);
/** Signs that even a single mark may open in front of; no `.` or `-`, as in `*.ts` or `*-old`. */
const SIGNS_OPENED = '`@#$';
/** Signs that what is marked may end with; no `/` or `=`, as in `src/**`. */
const SIGNS_CLOSED = '`>%+#$°€';

/** How `marks` stand at `start` of `line`. A single one is judged more strictly: globs begin so. */
export function flanksOf(line: string, start: number, marks: string): Flanks {
  const end = start + marks.length;
  const before = classBefore(line, start);
  const after = classAt(line, end);
  const isSingle = marks.replace('\\', '').length === 1;
  return {
    opens: BEFORE_OPENING.has(before) && opensBefore(after, line.charAt(end), before, isSingle),
    closes: AFTER_CLOSING.has(after) && closesAfter(before, line.charAt(start - 1), after),
  };
}

function opensBefore(after: CharClass, char: string, before: CharClass, isSingle: boolean): boolean {
  switch (after) {
    case 'word':
    case 'gapless':
    case 'open':
      return true;
    case 'quote':
      // Marks between two quotes are quoted themselves: "*".
      return before !== 'quote';
    case 'other':
      return !isSingle || SIGNS_OPENED.includes(char);
    default:
      return !isSingle && char === '.' && before === 'space';
  }
}

function closesAfter(before: CharClass, char: string, after: CharClass): boolean {
  if (before === 'quote') return after !== 'quote';
  return before === 'other' ? SIGNS_CLOSED.includes(char) : CONTENT_END.has(before);
}
