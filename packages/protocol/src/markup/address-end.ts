/**
 * Finds where an address in a text ends. A URL is delimited by the text around it (RFC 3986, appendix C), so its end is a
 * guess: an address contains what people paste, but not the sign that encloses it or ends the sentence.
 */
import { charAt, classAt, classBefore, indexBefore } from './char-class.ts';
import { matchAt } from './scan.ts';

/** Characters that are always part of an address, unless they are at its end. */
const PLAIN = /[\w\-.~:/?#@!$&*+,;=%^]+/y;
/** Begins another address. None is inside a bracket of this one, so no text is read twice. */
const SCHEME = /:\/\/|mailto:/i;
/** A sign of a list before another address. It ends this one. */
const NEXT_ADDRESS = /[,;～〜](?=https?:\/\/|mailto:)/i;
/** The longest match of NEXT_ADDRESS with what follows it. */
const NEXT_MAX_UNITS = ',https://'.length;
/** White space, delimiters of RFC 3986, signs of code and tables, controls. */
const NEVER = /[\s<>"`\\|\p{Cc}\p{Cs}]/u;
const HIDDEN = /[\p{Cf}\p{DI}]/u;
/** Joiners within a word or an emoji, and the selector of an emoji's look. Other invisible characters end an address. */
const JOINS =
  /(?<=[\p{L}\p{M}\p{Emoji_Modifier}\p{Extended_Pictographic}])[\u200c\u200d](?=[\p{L}\p{Extended_Pictographic}])|(?<=\p{Emoji})\ufe0f/uy;
const OPENS = /[([{\p{Ps}\p{Pi}]/u;
const CLOSES = /[\p{Pe}\p{Pf}]/u;
/** Ends a sentence or a part of one, in a script other than Latin. */
const TERMINAL = /[\p{Terminal_Punctuation}＂＇]/u;
const ASCII_PAIRS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
/** Signs at the end of an address that belong to the sentence. */
const TRAILER = /^(?:[.,:;!?'"*～]|(?![\0-\x7f])[\p{Po}\p{Pd}])$/u;
/** Signs that names and keys end with: they are trailers only if they close a mark. */
const MARKS = '_~';

/**
 * The brackets of the address that are open, and the character before it, which may enclose it. `wideAt` is the place of the
 * first open bracket outside ASCII, or -1.
 */
type Opened = { signs: { sign: string; at: number }[]; wideAt: number; enclosing: string };

/**
 * Returns where the address ends that starts at `start` and has its host from `from` on. `marks`: the marks `_` and `~~` that
 * are open before it.
 */
export function addressEnd(line: string, start: number, from: number, marks: readonly string[]): number {
  const enclosing = charAt(line, indexBefore(line, start));
  const opened: Opened = { signs: [], wideAt: -1, enclosing };
  for (let at = from; ; ) {
    const plain = matchAt(PLAIN, line, at);
    const next = plain.search(NEXT_ADDRESS);
    at += next === -1 ? plain.length : next;
    const sign = charAt(line, at);
    const isOver = next !== -1 || sign === '' || (opened.wideAt !== -1 && SCHEME.test(plain));
    if (isOver || !continues(line, at, sign, opened)) {
      // 见https://a.example（… : a bracket that is not closed within the address is the text's.
      const end = opened.wideAt === -1 ? at : opened.wideAt;
      return start + lengthWithoutTrailers(line.slice(start, end), marks);
    }
    at += sign.length;
  }
}

/** Whether the sign at `at` is part of the address. Keeps count of what is open. */
function continues(line: string, at: number, sign: string, opened: Opened): boolean {
  if (NEVER.test(sign)) return false;
  if (HIDDEN.test(sign)) return isJoining(line, at);
  if (sign === "'") return isInnerQuote(line, at, opened.enclosing);
  if (sign === ']' && line.charAt(at + 1) === '(') return false;
  const top = opened.signs.at(-1)?.sign ?? '';
  if (ASCII_PAIRS[sign] !== undefined) return closesAscii(sign, top, opened);
  if (CLOSES.test(sign) || (sign === '“' && top === '„')) {
    if (top === '' || isAscii(top)) return isApostrophe(line, at, sign);
    closeLast(opened);
    return true;
  }
  if (OPENS.test(sign)) {
    opened.signs.push({ sign, at });
    if (opened.wideAt === -1 && !isAscii(sign)) opened.wideAt = at;
  }
  return !TERMINAL.test(sign) && line.slice(at, at + NEXT_MAX_UNITS).search(NEXT_ADDRESS) !== 0;
}

/** An ASCII bracket that was not opened is part of the address, unless it closes the one before the address. */
function closesAscii(sign: string, top: string, opened: Opened): boolean {
  if (ASCII_PAIRS[sign] !== top) return ASCII_PAIRS[sign] !== opened.enclosing;
  closeLast(opened);
  return true;
}

function closeLast(opened: Opened): void {
  if (opened.signs.pop()?.at === opened.wideAt) opened.wideAt = -1;
}

/** A single quote within the address is followed by more of it. One that encloses the address ends with the next of its kind. */
function isInnerQuote(line: string, at: number, enclosing: string): boolean {
  const after = classAt(line, at + 1);
  return after === 'word' || (after === 'other' && enclosing !== "'");
}

function isApostrophe(line: string, at: number, sign: string): boolean {
  return sign === '’' && classBefore(line, at) === 'word' && classAt(line, at + 1) === 'word';
}

function isJoining(line: string, at: number): boolean {
  JOINS.lastIndex = at;
  return JOINS.test(line);
}

/** Returns the address's length without trailers. A closing bracket stays if the address contains its opening one. */
function lengthWithoutTrailers(address: string, marks: readonly string[]): number {
  let end = address.length;
  const surplus = new Map(
    Object.entries(ASCII_PAIRS).map(([close, open]) => [close, count(address, close) - count(address, open)]),
  );
  for (;;) {
    const at = lastCharAt(address, end);
    const char = charAt(address, at);
    const more = surplus.get(char) ?? 0;
    const run = MARKS.includes(char) ? runBefore(address, end, char) : char;
    if (more > 0) surplus.set(char, more - 1);
    else if (!TRAILER.test(char) && !marks.includes(run)) return end;
    end = run === char ? at : end - run.length;
  }
}

/** Returns the row of `char` that ends at `end`. */
function runBefore(text: string, end: number, char: string): string {
  let start = end;
  while (text.charAt(start - 1) === char) start--;
  return text.slice(start, end);
}

/** Returns where the last character before `end` starts. A selector of its look belongs to it. */
function lastCharAt(text: string, end: number): number {
  const at = text.charAt(end - 1) === '\ufe0f' ? end - 1 : end;
  return indexBefore(text, at);
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}

function isAscii(sign: string): boolean {
  return sign < '\u0080';
}
