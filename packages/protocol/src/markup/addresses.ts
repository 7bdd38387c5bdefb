/** Finds addresses in a line: http, https and mailto. No other scheme becomes a link. */
import { addressEnd } from './address-end.ts';
import { matchAt } from './scan.ts';

/** Characters of an address in parentheses. Parentheses are counted, so any other sign may be among them. */
const BODY = /[^\s<>"\x60\\()[\]\p{Cc}\p{Cf}]*/uy;
const IPV6_HOST = String.raw`\[[\da-f:.]{2,45}\]`;
const MAILBOX = String.raw`[\w.!#$%&'*+=^{|}~-]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?`;
/** A host may begin with a sign outside ASCII: ☃.example.org is an internationalised name. */
const HOST = String.raw`(?:[\p{L}\p{N}_]|(?![\0-\x7f])\p{S})[^/?#@'"]*`;

const MAIL = new RegExp(`mailto:${MAILBOX}`, 'iuy');
/** The beginning of the header fields of a mail address (RFC 6068). */
const MAIL_FIELDS = /\?[\w%.-]+=/y;
const HEAD = new RegExp(`https?://(?:${IPV6_HOST})?|mailto:`, 'iuy');
const WHOLE = new RegExp(
  `^(?:https?://(?:${IPV6_HOST}(?::\\d{1,5})?|${HOST})(?:[/?#].*)?|mailto:${MAILBOX}(?:\\?.*)?)$`,
  'iu',
);

/** A link's address, and where it ends in the line. */
export type Address = { href: string; end: number };
/** An address in the text. `href` is null for text that only looks like one; `end` is where it ends. */
export type WrittenAddress = { href: string | null; end: number };

/**
 * Returns the address at `at`, where a scheme such as `http:` begins. `marks`: the marks `_` and `~~` that are open before it.
 */
export function writtenAddress(line: string, at: number, marks: readonly string[]): WrittenAddress {
  const mail = matchAt(MAIL, line, at);
  if (mail !== '') {
    const from = at + mail.length;
    const end = matchAt(MAIL_FIELDS, line, from) === '' ? from : addressEnd(line, at, from, marks);
    return { href: line.slice(at, end), end };
  }
  const end = addressEnd(line, at, at + Math.max(1, matchAt(HEAD, line, at).length), marks);
  const href = line.slice(at, end);
  return isAddress(href) ? { href, end } : { href: null, end: Math.max(end, at + 1) };
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
