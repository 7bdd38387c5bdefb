/** Finds addresses in a line: http, https and mailto. No other scheme becomes a link. */

// No spaces, quotes, angle brackets or backslashes, and nothing that hides or reorders text or ends a CJK sentence.
const CHAR = String.raw`[^\s<>"'\x60\\\p{Cc}\p{Cf}、。，！？「」『』（）]`;
const LABEL_FREE_CHAR = CHAR.replace('[^', '[^()[\\]');
const IPV6_HOST = String.raw`\[[\da-f:.]{2,45}\]`;
const MAILBOX = String.raw`[\w.!#$%&*+=^{|}~-]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?`;

/** An address with everything up to a space, or up to the `](` that ends a link's label. */
const WRITTEN_OUT = new RegExp(`https?://(?:${IPV6_HOST})?(?:(?!\\]\\()${CHAR})*|mailto:${MAILBOX}`, 'iuy');
const HEAD = new RegExp(`https?://(?:${IPV6_HOST})?|mailto:`, 'iuy');
const BODY = new RegExp(`${LABEL_FREE_CHAR}*`, 'uy');
const WHOLE = new RegExp(
  `^(?:https?://(?:${IPV6_HOST}(?::\\d{1,5})?|[\\p{L}\\p{N}_][^/?#@]*)(?:[/?#].*)?|mailto:${MAILBOX})$`,
  'iu',
);
/** Characters that are not part of an address at its end: punctuation and closing marks. */
const TRAILERS = '.,:;!?…*_~';
const BRACKETS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** A link's address, and where it ends in the line. */
export type Address = { href: string; end: number };
/** An address in the text. `href` is null for text that only looks like one; `end` is where it ends. */
export type WrittenAddress = { href: string | null; end: number };

/** Returns the address at `at`, where a scheme such as `http:` begins. */
export function writtenAddress(line: string, at: number): WrittenAddress {
  WRITTEN_OUT.lastIndex = at;
  const found = WRITTEN_OUT.exec(line)?.[0];
  if (found === undefined) return { href: null, end: at + 1 };
  const href = found.slice(0, lengthWithoutTrailers(found));
  return isAddress(href) ? { href, end: at + href.length } : { href: null, end: at + found.length };
}

/** Returns the address in the parentheses at `at`; `end` is after them. Otherwise null. */
export function bracketedAddress(line: string, at: number): Address | null {
  if (line.charAt(at) !== '(') return null;
  const end = closingBracket(line, at);
  const href = line.slice(at + 1, end);
  return end !== -1 && isAddress(href) ? { href, end: end + 1 } : null;
}

/**
 * Whether `href` is a complete address. Rejects user parts, because https://bank.example@evil.example looks like the bank's.
 */
function isAddress(href: string): boolean {
  return WHOLE.test(href);
}

/** Returns the index of the closing parenthesis, or -1. Stops at a square bracket, so that a line of many `[` stays linear. */
function closingBracket(line: string, at: number): number {
  HEAD.lastIndex = at + 1;
  if (!HEAD.test(line)) return -1;
  let depth = 1;
  for (let next = HEAD.lastIndex; ; next++) {
    BODY.lastIndex = next;
    BODY.test(line);
    next = BODY.lastIndex;
    const char = line.charAt(next);
    if (char === '(') depth++;
    else if (char !== ')') return -1;
    else if (--depth === 0) return next;
  }
}

/** Returns the address's length without trailers. A closing bracket stays if the address contains its opening one. */
function lengthWithoutTrailers(address: string): number {
  let end = address.length;
  const surplus = new Map(
    Object.entries(BRACKETS).map(([close, open]) => [close, count(address, close) - count(address, open)]),
  );
  for (; end > 0; end--) {
    const char = address.charAt(end - 1);
    const more = surplus.get(char);
    if (more !== undefined && more > 0) surplus.set(char, more - 1);
    else if (!TRAILERS.includes(char)) break;
  }
  return end;
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}
