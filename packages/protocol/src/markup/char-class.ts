/** What a character is beside a mark: whether a word, a sentence or a bracket begins or ends there. */

export type CharClass =
  /** White space, or the line's own beginning or end. */
  | 'space'
  /** Letters and digits of scripts that put spaces between words. */
  | 'word'
  /** Letters of scripts that do not, and pictures: marks and names may touch them. */
  | 'gapless'
  | 'open'
  | 'close'
  | 'quote'
  /** What ends a sentence or a part of it. */
  | 'stop'
  /** Dashes of prose; the hyphen of flags and names is none. */
  | 'dash'
  | 'other';

const ASCII: readonly CharClass[] = Array.from({ length: 128 }, (_, code) =>
  asciiClass(String.fromCharCode(code)),
);

/** By their blocks: asked for far more often than any pattern could be. */
const GAPLESS: readonly [first: number, last: number][] = [
  [0x0e00, 0x0eff], // Thai, Lao
  [0x1000, 0x109f], // Myanmar
  [0x1780, 0x17ff], // Khmer
  [0x2600, 0x27bf], // pictures
  [0x3040, 0x30ff], // Hiragana, Katakana
  [0x3400, 0x9fff], // Han
  [0xac00, 0xd7af], // Hangul
  [0xf900, 0xfaff], // Han
  [0xfe0f, 0xfe0f], // makes a picture of the sign before it
  [0x1f000, 0x1faff], // pictures
  [0x20000, 0x3ffff], // Han
];

/** Tried in order. */
const OTHER_SCRIPTS: readonly [RegExp, CharClass][] = [
  [/[\p{L}\p{N}\p{M}]/u, 'word'],
  [/\s/u, 'space'],
  [/[\p{Ps}\p{Pi}¡¿]/u, 'open'],
  [/[\p{Pe}\p{Pf}]/u, 'close'],
  [/[…、。，．：；！？·]/u, 'stop'],
  [/[–—]/u, 'dash'],
];

/** The class of the character before `at`. */
export function classBefore(line: string, at: number): CharClass {
  const pair = at < 2 ? 0 : (line.codePointAt(at - 2) ?? 0);
  return classOf(pair > 0xffff ? pair : line.charCodeAt(at - 1));
}

/** The class of the character at `at`. */
export function classAt(line: string, at: number): CharClass {
  return classOf(line.codePointAt(at) ?? Number.NaN);
}

/** NaN stands for the line's beginning and end. */
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
