/** Classifies the characters next to a mark, to decide whether a word, a sentence or a bracket begins or ends there. */

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
  /** Punctuation that ends a sentence or a part of one. */
  | 'stop'
  /** Dashes of prose. The hyphen is `other`, because flags and names contain it. */
  | 'dash'
  | 'other';

const ASCII: readonly CharClass[] = Array.from({ length: 128 }, (_, code) =>
  asciiClass(String.fromCharCode(code)),
);

/** Blocks of `gapless` characters. A table, because a pattern is too slow for this frequent check. */
const GAPLESS: readonly [first: number, last: number][] = [
  [0x0e00, 0x0eff], // Thai, Lao
  [0x1000, 0x109f], // Myanmar
  [0x1780, 0x17ff], // Khmer
  [0x2600, 0x27bf], // symbols and emoji
  [0x3040, 0x30ff], // Hiragana, Katakana
  [0x3400, 0x9fff], // Han
  [0xac00, 0xd7af], // Hangul
  [0xf900, 0xfaff], // Han
  [0xfe0f, 0xfe0f], // shows the character before it as an emoji
  [0x1f000, 0x1faff], // emoji
  [0x20000, 0x3ffff], // Han
];

/** The first pattern that matches decides. */
const OTHER_SCRIPTS: readonly [RegExp, CharClass][] = [
  [/[\p{L}\p{N}\p{M}]/u, 'word'],
  [/\s/u, 'space'],
  [/[\p{Ps}\p{Pi}¡¿]/u, 'open'],
  [/[\p{Pe}\p{Pf}]/u, 'close'],
  [/[…、。，．：；！？·]/u, 'stop'],
  [/[–—]/u, 'dash'],
];

/** Returns the class of the character before `at`. */
export function classBefore(line: string, at: number): CharClass {
  const pair = at < 2 ? 0 : (line.codePointAt(at - 2) ?? 0);
  return classOf(pair > 0xffff ? pair : line.charCodeAt(at - 1));
}

/** Returns the class of the character at `at`. */
export function classAt(line: string, at: number): CharClass {
  return classOf(line.codePointAt(at) ?? Number.NaN);
}

/** NaN means the beginning or the end of the line. */
function classOf(code: number): CharClass {
  const ascii = Number.isNaN(code) ? 'space' : ASCII[code];
  if (ascii !== undefined) return ascii;
  if (GAPLESS.some(([first, last]) => code >= first && code <= last)) return 'gapless';
  const char = String.fromCodePoint(code);
  return OTHER_SCRIPTS.find(([pattern]) => pattern.test(char))?.[1] ?? 'other';
}

function asciiClass(char: string): CharClass {
  if (/\s/.test(char)) return 'space';
  if (/[A-Za-z0-9]/.test(char)) return 'word';
  if ('([{'.includes(char)) return 'open';
  if (')]}'.includes(char)) return 'close';
  if ('"\''.includes(char)) return 'quote';
  return '.,:;!?'.includes(char) ? 'stop' : 'other';
}
