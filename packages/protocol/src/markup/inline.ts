/** Parses one line, once from left to right. An opener is text until something closes it. */
import { bracketedAddress, writtenAddress } from './addresses.ts';
import { codeText, createCodeSpans } from './code-spans.ts';
import { readMarks } from './emphasis.ts';
import { forgetInside, joinTexts, matchAt, pushText, type Scan } from './scan.ts';
import type { MarkupInline } from './tree.ts';

/** Matches the empty string where something special may begin. */
const SPECIAL = /(?=\\?[*_~`[]|\]|(?<![a-z\d])(?:https?:\/\/|mailto:))/gi;
const LINK_AHEAD = /\[[^[\]]*\]\((?:https?:\/\/|mailto:)/iy;

/** By first character: reads what begins at `at` into the nodes. Returns where it ends. */
const READERS: Record<string, (scan: Scan, at: number) => number> = {
  '*': readMarks,
  _: readMarks,
  '~': readMarks,
  '`': readTicks,
  '[': openBracket,
  ']': closeBracket,
};

/** Parses a line, which has no LF. No text node is empty, and no two are adjacent. */
export function parseLine(line: string): MarkupInline[] {
  if (nextSpecial(line, 0) === -1) return line === '' ? [] : [{ kind: 'text', text: line }];
  const opened = { bold: null, star: null, underscore: null, strike: null, bracket: null };
  const scan: Scan = {
    line,
    nodes: [],
    opened,
    escaped: new Set(),
    codeSpans: createCodeSpans(line),
    joined: { end: 0, isItalic: false },
  };
  let from = 0;
  for (let at = nextSpecial(line, 0); at !== -1; at = nextSpecial(line, from)) {
    pushText(scan, line.slice(from, at));
    const char = line.charAt(line.charAt(at) === '\\' ? at + 1 : at);
    from = (READERS[char] ?? readAddress)(scan, at);
  }
  pushText(scan, line.slice(from));
  return joinTexts(scan.nodes);
}

function nextSpecial(line: string, from: number): number {
  SPECIAL.lastIndex = from;
  return SPECIAL.test(line) ? SPECIAL.lastIndex : -1;
}

function readTicks(scan: Scan, at: number): number {
  const { line, codeSpans } = scan;
  const isEscaped = line.charAt(at) === '\\';
  const start = isEscaped ? at + 1 : at;
  const ticks = codeSpans.ticksAt(start);
  const from = start + ticks;
  const isClosed = codeSpans.isClosed(from, ticks);
  if (isEscaped || !isClosed) {
    pushText(scan, line.slice(isEscaped && isClosed ? start : at, from));
    return from;
  }
  const end = codeSpans.closingAt(from, ticks);
  scan.nodes.push({ kind: 'code', text: codeText(line.slice(from, end)) });
  return end + ticks;
}

function openBracket(scan: Scan, at: number): number {
  if (scan.line.charAt(at) === '\\') {
    pushText(scan, matchAt(LINK_AHEAD, scan.line, at + 1) === '' ? '\\[' : '[');
    return at + 2;
  }
  scan.opened.bracket = { at: scan.nodes.length, marks: '[' };
  pushText(scan, '[');
  return at + 1;
}

function closeBracket(scan: Scan, at: number): number {
  const { line, nodes, opened } = scan;
  const opener = opened.bracket;
  opened.bracket = null;
  const hasLabel = opener !== null && nodes.length > opener.at + 1;
  const address = hasLabel ? bracketedAddress(line, at + 1) : null;
  if (opener === null || address === null) {
    pushText(scan, ']');
    return at + 1;
  }
  const children = joinTexts(nodes.splice(opener.at + 1));
  nodes[opener.at] = { kind: 'link', href: address.href, children };
  forgetInside(opened, opener.at);
  return address.end;
}

function readAddress(scan: Scan, at: number): number {
  const { underscore, strike } = scan.opened;
  const marks = [...(underscore === null ? [] : ['_']), ...(strike === null ? [] : ['~~'])];
  const { href, end } = writtenAddress(scan.line, at, marks);
  if (href === null) pushText(scan, scan.line.slice(at, end));
  else scan.nodes.push({ kind: 'address', href });
  // A label with an address in it could show one address and lead to another, so it is not a label.
  scan.opened.bracket = null;
  return end;
}
