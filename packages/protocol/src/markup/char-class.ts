/** Classifies the characters next to a mark, to decide whether a word, a sentence or a bracket begins or ends there. */

import { isIgnorable } from '../normal-form.ts';

/** The class of a character. */
export type CharClass =
  /** White space, and the beginning and the end of the line. */
  | 'space'
  /** Letters and digits of scripts that separate words by spaces. */
  | 'word'
  /** Letters of scripts that put no spaces between words, and emoji. Marks and names may touch them. */
  | 'gapless'
  | 'open'
  | 'close'
  | 'quote'
  /** Punctuation that ends a sentence or a part of one, and any other sign of prose outside ASCII. */
  | 'stop'
  /** Dashes of prose. The hyphen is `other`, because flags and names contain it. */
  | 'dash'
  | 'other';

const ASCII: readonly CharClass[] = Array.from({ length: 128 }, (_, code) =>
  asciiClass(String.fromCharCode(code)),
);

/** Scripts that put no spaces between words, and Hangul: its particles follow a name without a space. */
const GAPLESS_SCRIPTS =
  'Han Hira Kana Bopo Yiii Hang Thai Laoo Khmr Mymr Tibt Java Bali Lana Tale Talu'.split(' ');

/** The first pattern that matches decides. The classes are Unicode properties (UAX #44, UTS #51), not lists of signs. */
const OTHER_SCRIPTS: readonly [RegExp, CharClass][] = [
  [
    new RegExp(`(?=[\\p{L}\\p{N}])[${propertiesOf('scx')}]|[${propertiesOf('sc')}\\u3099\\u309a]`, 'u'),
    'gapless',
  ],
  [/[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Me}]/u, 'gapless'],
  [/[\p{L}\p{N}\p{M}]/u, 'word'],
  [/\s/u, 'space'],
  // Quotation marks open in one language and close in another: »a«, „a“, ”a”.
  [/[\p{Pi}\p{Pf}]/u, 'quote'],
  [/[\p{Ps}¡¿]/u, 'open'],
  [/\p{Pe}/u, 'close'],
  [/\p{Po}/u, 'stop'],
  // Hyphens join words.
  [/[\u2010\u2011]/u, 'other'],
  [/\p{Pd}/u, 'dash'],
];

/** Returns the class of the character before `at`. Default-ignorable characters are transparent. */
export function classBefore(line: string, at: number): CharClass {
  return classOf(charAt(line, indexBefore(line, at)));
}

/** Returns the class of the character at `at`. Default-ignorable characters are transparent. */
export function classAt(line: string, at: number): CharClass {
  return classOf(charAt(line, indexFrom(line, at)));
}

/** Returns where the last character before `at` starts that is not default-ignorable, or -1. */
export function indexBefore(line: string, at: number): number {
  let start = at;
  do start -= isPairBefore(line, start) ? 2 : 1;
  while (start >= 0 && isHidden(line, start));
  return start;
}

/** Returns where the first character at or after `at` starts that is not default-ignorable, or the line's length. */
export function indexFrom(line: string, at: number): number {
  let start = at;
  while (start < line.length && isHidden(line, start)) start += charAt(line, start).length;
  return start;
}

/** Returns the character that starts at `at`, or an empty text outside of the line. */
export function charAt(line: string, at: number): string {
  const code = line.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}

/** Returns the class of one character. An empty text means the beginning or the end of the line. */
export function classOf(char: string): CharClass {
  const code = char.charCodeAt(0);
  const ascii = char === '' ? 'space' : ASCII[code];
  if (ascii !== undefined) return ascii;
  const likeAscii = ASCII[narrowCode(char)];
  if (likeAscii !== undefined && likeAscii !== 'word') return likeAscii;
  return OTHER_SCRIPTS.find(([pattern]) => pattern.test(char))?.[1] ?? 'other';
}

/** `property`: `scx` includes characters that several scripts share, such as the long sound mark of Kana. */
function propertiesOf(property: 'sc' | 'scx'): string {
  return GAPLESS_SCRIPTS.map((script) => `\\p{${property}=${script}}`).join('');
}

/** Returns the code of the ASCII character that `char` is a wide form of, or NaN: ＠ is @. */
function narrowCode(char: string): number {
  const narrow = char.normalize('NFKC');
  return narrow.length === 1 ? narrow.charCodeAt(0) : Number.NaN;
}

function isPairBefore(line: string, at: number): boolean {
  return at >= 2 && (line.codePointAt(at - 2) ?? 0) > 0xffff;
}

function isHidden(line: string, at: number): boolean {
  return line.charCodeAt(at) > 0x7f && isIgnorable(charAt(line, at));
}

function asciiClass(char: string): CharClass {
  if (/\s/.test(char)) return 'space';
  if (/[A-Za-z0-9]/.test(char)) return 'word';
  if ('([{'.includes(char)) return 'open';
  if (')]}'.includes(char)) return 'close';
  if ('"\''.includes(char)) return 'quote';
  return '.,:;!?'.includes(char) ? 'stop' : 'other';
}
