/**
 * The normal forms of text. Wherever two texts are compared, both are first brought into one of these forms:
 *
 * - `canonicalForm` for equality of what people see: NFC of Unicode Standard Annex #15. Nothing visible is lost.
 * - `compareForm` for names: NFKC_Casefold of UAX #15 and UAX #31 (R4, R5), as RFC 8265 and 8266 (PRECIS) compare names.
 *   Case, width, ligatures and default-ignorable code points do not count. Marks do.
 * - `searchForm` for what people look for: `compareForm` without accents and other reading aids, and `ł` as `l`.
 *
 * Both folds are idempotent, and equal for canonically equal texts. Neither is stored in place of what a person wrote.
 * None of them finds lookalikes of other scripts (Unicode Technical Standard #39).
 */

/** Default-ignorable code points (UAX #44): invisible where they are not supported. All match; use it with `replace`. */
const IGNORABLES = /\p{Default_Ignorable_Code_Point}+/gu;
const IGNORABLE = /^\p{Default_Ignorable_Code_Point}$/u;
const ASCII = /^[\0-\x7f]*$/;
/**
 * Marks that only help to read or stress a letter: accents, Hebrew points, Arabic vowels. Not the voicing marks of Kana,
 * and not the vowels of Indic scripts and Thai, which spell a word.
 */
const ACCENTS =
  /(?=\p{Mn})(?![\u3099\u309a])[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}]/gu;

/** Letters without a decomposition that people type in ASCII: those of one primary weight in UTS #10, and `þ`. A database folds them too. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
};
const STROKED = new RegExp(`[${Object.keys(PLAIN_LETTERS).join('')}]`, 'g');

/** Returns the text in NFC: two texts that look the same in every font have the same canonical form. */
export function canonicalForm(text: string): string {
  return text.normalize('NFC');
}

/** Whether two texts are canonically equal: `café` composed or not, Hangul as syllables or as Jamo. */
export function isSameText(one: string, other: string): boolean {
  return one === other || canonicalForm(one) === canonicalForm(other);
}

/** Returns the form in which names are compared. Its length may differ from the text's. */
export function compareForm(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return foldCase(withoutIgnorables(text).normalize('NFKC')).normalize('NFKC');
}

/** Returns the form in which a search or a completion compares text. Its length may differ from the text's. */
export function searchForm(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  const bare = withoutIgnorables(text).normalize('NFKD').replace(ACCENTS, '');
  const letters = foldCase(bare).normalize('NFKD').replace(ACCENTS, '').normalize('NFKC');
  return letters.replace(STROKED, (letter) => PLAIN_LETTERS[letter] ?? letter);
}

/** Returns the text without default-ignorable code points: soft hyphens, zero-width spaces, marks of direction. */
export function withoutIgnorables(text: string): string {
  return text.replace(IGNORABLES, '');
}

/** Whether `char`, one code point, is default-ignorable. */
export function isIgnorable(char: string): boolean {
  return IGNORABLE.test(char);
}

/**
 * Full case folding by the case tables of the platform. Through upper case, so that `ß` is `ss`; through lower case first,
 * because capital `ẞ` is its own upper case. Sigma has two lower-case forms, which depend on its place in the word.
 */
function foldCase(text: string): string {
  return text.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}
