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

const GAPLESS_SCRIPTS = ['Han', 'Hiragana', 'Katakana', 'Hangul', 'Thai', 'Lao', 'Khmer', 'Myanmar'];
const GAPLESS = GAPLESS_SCRIPTS.map((name) => `\\p{Script=${name}}`).join('');

/** Tried in order. The first row ends with the sign of long vowels and with what makes the sign before it a picture. */
const OTHER_SCRIPTS: readonly [RegExp, CharClass][] = [
  [new RegExp(`[${GAPLESS}\\p{Extended_Pictographic}]|\u30FC|\uFE0F`, 'u'), 'gapless'],
  [/[\p{L}\p{N}\p{M}]/u, 'word'],
  [/\s/u, 'space'],
  [/[\p{Ps}\p{Pi}¡¿]/u, 'open'],
  [/[\p{Pe}\p{Pf}]/u, 'close'],
  [/[…、。，．：；！？·]/u, 'stop'],
  [/[–—]/u, 'dash'],
];

/** The class of the character before `at`. */
export function classBefore(line: string, at: number): CharClass {
  return classOf(charBefore(line, at));
}

/** The class of the character at `at`. */
export function classAt(line: string, at: number): CharClass {
  const code = line.codePointAt(at);
  return code === undefined ? 'space' : classOf(String.fromCodePoint(code));
}

function charBefore(line: string, at: number): string {
  const pair = at < 2 ? 0 : (line.codePointAt(at - 2) ?? 0);
  return pair > 0xffff ? String.fromCodePoint(pair) : line.charAt(at - 1);
}

function classOf(char: string): CharClass {
  if (char === '') return 'space';
  const ascii = ASCII[char.charCodeAt(0)];
  return ascii ?? OTHER_SCRIPTS.find(([pattern]) => pattern.test(char))?.[1] ?? 'other';
}

function asciiClass(char: string): CharClass {
  if (/\s/.test(char)) return 'space';
  if (/[A-Za-z0-9]/.test(char)) return 'word';
  if ('([{'.includes(char)) return 'open';
  if (')]}'.includes(char)) return 'close';
  if ('"\''.includes(char)) return 'quote';
  return '.,:;!?'.includes(char) ? 'stop' : 'other';
}
