/**
 * Keeps the directional characters in somebody's text from reordering what is around it (Unicode Standard Annex #9). The page
 * isolates texts by elements. These functions are for plain text: tooltips, and lines that are one string.
 */

/** Characters that put what follows them in an order that nobody typed. No text needs them, so they are shown instead. */
const OVERRIDES = /[\u202d\u202e]/g;
/** Directional characters, and letters of scripts that run from right to left. */
const CAN_REORDER =
  /[\p{Bidi_Control}\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** Begins and ends of isolated text. */
const ISOLATES = /[\u2066-\u2069]/g;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** Returns the text with overrides of its direction shown as `U+202E`. */
export function withoutOverrides(text: string): string {
  return text.replace(OVERRIDES, codeName);
}

/** Returns the text with each directional character shown by its code: in code, the order of characters counts. */
export function withShownControls(text: string): string {
  return text.replace(/\p{Bidi_Control}/gu, codeName);
}

/** Calls `use` with the code for lines that begin with a name, if a part of the text may run from right to left. */
export function withLeadingNames(
  text: string,
  use: (code: typeof import('./leading-names.ts')) => void,
): void {
  if (CAN_REORDER.test(text)) import('./leading-names.ts').then(use, () => undefined);
}

/** Returns a text for the clipboard. Control characters are shown by their codes: pasted into a terminal, they would act. */
export function pasteableText(text: string): string {
  return text.replace(/(?![\t\n])\p{Cc}/gu, codeName);
}

/** Returns a text for use within another one: isolated and balanced, if it could reorder anything. */
export function isolatedText(text: string): string {
  if (!CAN_REORDER.test(text)) return text;
  let depth = 0;
  const balanced = withoutOverrides(text).replace(ISOLATES, (sign) => {
    if (sign === POP_ISOLATE && depth === 0) return '';
    depth += sign === POP_ISOLATE ? -1 : 1;
    return sign;
  });
  return FIRST_STRONG_ISOLATE + balanced + POP_ISOLATE.repeat(depth + 1);
}

/** `U+202E` for a character. */
export function codeName(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
