/** Finds the direction of lines that begin with a name. Its code is loaded with the first text from right to left. */

/**
 * The names and addresses that a line begins with, before its first letter if that runs from right to left. They are foreign to
 * such a line, so they do not decide its direction.
 */
const LEADING_NAMES =
  /^[^\S\n]*(?:(?:[@＠]?[\w.-]+[:,]|[@＠][\w.-]+|https?:\/\/\S+|[\w.+-]+@[\w.-]+)[^\S\n]+)+(?=[^\p{L}\n]*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}])/gmu;

/** Returns the texts between the leading names of lines from right to left, and each of these names: text, names, text, names, text. */
export function splitLeadingNames(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const { 0: names, index } of text.matchAll(LEADING_NAMES)) {
    parts.push(text.slice(from, index), names);
    from = index + names.length;
  }
  return [...parts, text.slice(from)];
}

/** Returns the `dir` of a field with this text. `auto`: each line runs as its first letter does. */
export function directionOf(text: string): 'rtl' | 'auto' {
  return text.search(LEADING_NAMES) === 0 ? 'rtl' : 'auto';
}
