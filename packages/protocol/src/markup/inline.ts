/**
 * One line's marks, read once from left to right. Of each kind of mark only the one that was opened last can be closed:
 * so no kind nests in itself, the depth is bounded, and what is opened and never closed costs nothing.
 */
import { bracketedAddress, writtenAddress } from './addresses.ts';
import { type CodeSpans, codeText, createCodeSpans } from './code-spans.ts';
import { type Flanks, flanksOf } from './flanks.ts';
import type { MarkupInline } from './tree.ts';

type EmphasisNode = Extract<MarkupInline, { kind: 'bold' | 'italic' | 'strike' }>;
/** Italic has two marks, which do not close each other. */
type Emphasis = 'bold' | 'star' | 'underscore' | 'strike';
/** Marks that stand as text at `at` of the scan's nodes, until they are closed. */
type Opened = { at: number; marks: string };
type Scan = {
  line: string;
  nodes: MarkupInline[];
  opened: Record<Emphasis | 'bracket', Opened | null>;
  /** Which marks a backslash kept from opening: their closing ones are escaped as well. */
  escaped: Set<string>;
  codeSpans: CodeSpans;
};

const EMPHASES: Record<Emphasis, { mark: string; kind: EmphasisNode['kind']; closedBy: number[] }> = {
  bold: { mark: '**', kind: 'bold', closedBy: [2, 3] },
  star: { mark: '*', kind: 'italic', closedBy: [1, 3] },
  underscore: { mark: '_', kind: 'italic', closedBy: [1] },
  strike: { mark: '~~', kind: 'strike', closedBy: [2] },
};
const EMPHASIS_NAMES = Object.keys(EMPHASES) as Emphasis[];
const OPENING_NAMES = [...EMPHASIS_NAMES, 'bracket'] as const;

/** Found without its text: a match is where something begins. */
const SPECIAL = /(?=\\?[*_~`[]|\]|\b(?:https?:\/\/|mailto:))/gi;
/** Marks in a row, some with a backslash: they share what stands before and after them. */
const MARKS = /(?:\\?[*_~])+/y;
const LINK_AHEAD = /\[[^[\]]*\]\((?:https?:\/\/|mailto:)/iy;

/** Each takes what begins at `at` into the nodes, and gives where it ends. */
const READERS: Record<string, (scan: Scan, at: number) => number> = {
  '*': readMarks,
  _: readMarks,
  '~': readMarks,
  '`': readTicks,
  '[': openBracket,
  ']': closeBracket,
};

/** The tree of one line, which holds no LF; its texts are never empty, nor beside each other. */
export function parseLine(line: string): MarkupInline[] {
  if (nextSpecial(line, 0) === -1) return line === '' ? [] : [{ kind: 'text', text: line }];
  const opened = { bold: null, star: null, underscore: null, strike: null, bracket: null };
  const scan: Scan = { line, nodes: [], opened, escaped: new Set(), codeSpans: createCodeSpans(line) };
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

function readMarks(scan: Scan, at: number): number {
  const marks = matchAt(MARKS, scan.line, at);
  const flanks = flanksOf(scan.line, at, marks);
  for (let from = 0; from < marks.length; ) {
    const end = runEnd(marks, from);
    readRun(scan, marks.slice(from, end), flanks);
    from = end;
  }
  return at + marks.length;
}

/** A run is one kind of mark in a row, or one mark with its backslash. */
function runEnd(marks: string, from: number): number {
  const mark = marks.charAt(from);
  if (mark === '\\') return from + 2;
  let end = from + 1;
  while (marks.charAt(end) === mark) end++;
  return end;
}

function readRun(scan: Scan, run: string, flanks: Flanks): void {
  if (run.startsWith('\\')) {
    readEscaped(scan, run, flanks);
    return;
  }
  // A star between two words is a sum or a glob, and so is then the star before it.
  if (run === '*' && !flanks.opens && !flanks.closes) scan.opened.star = null;
  const rest = flanks.closes ? closeMarks(scan, run) : run;
  if (flanks.opens) openMarks(scan, rest);
  pushText(scan, rest);
}

/** A backslash goes only where it kept a mark from being one: \*.ts and C:\_tmp stay as they were typed. */
function readEscaped(scan: Scan, run: string, { opens, closes }: Flanks): void {
  const mark = run.slice(1);
  const isOpened =
    scan.escaped.has(mark) || EMPHASIS_NAMES.some((name) => scan.opened[name]?.marks[0] === mark);
  if (opens) scan.escaped.add(mark);
  pushText(scan, opens || (closes && isOpened) ? mark : run);
}

/** Closes what it can, the innermost first; gives the marks that are left. */
function closeMarks(scan: Scan, run: string): string {
  let rest = run;
  for (let name = innermost(scan, rest); name !== undefined; name = innermost(scan, rest)) {
    wrapEmphasis(scan, name);
    rest = rest.slice(EMPHASES[name].mark.length);
  }
  return rest;
}

function innermost({ opened }: Scan, run: string): Emphasis | undefined {
  let found: Emphasis | undefined;
  for (const name of EMPHASIS_NAMES) {
    const depth = opened[name]?.at ?? -1;
    if (fits(name, run) && depth > (found === undefined ? -1 : (opened[found]?.at ?? -1))) found = name;
  }
  return found;
}

function fits(name: Emphasis, run: string): boolean {
  const { mark, closedBy } = EMPHASES[name];
  return mark.charAt(0) === run.charAt(0) && closedBy.includes(run.length);
}

/** The marks' text is to be pushed right after. */
function openMarks(scan: Scan, run: string): void {
  const opened = { at: scan.nodes.length, marks: run };
  for (const name of EMPHASIS_NAMES) if (fits(name, run)) scan.opened[name] = opened;
}

function wrapEmphasis({ nodes, opened }: Scan, name: Emphasis): void {
  const { mark, kind } = EMPHASES[name];
  const opener = opened[name];
  if (opener === null) return;
  const children = joinTexts(nodes.splice(opener.at + 1));
  opener.marks = opener.marks.slice(mark.length);
  if (opener.marks === '') nodes.pop();
  else nodes[opener.at] = { kind: 'text', text: opener.marks };
  nodes.push({ kind, children });
  opened[name] = null;
  forgetInside(opened, opener.at);
}

/** What was opened inside of something that is closed now stays text. */
function forgetInside(opened: Scan['opened'], at: number): void {
  for (const name of OPENING_NAMES) {
    if ((opened[name]?.at ?? -1) > at) opened[name] = null;
  }
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
  const { href, end } = writtenAddress(scan.line, at);
  if (href === null) pushText(scan, scan.line.slice(at, end));
  else scan.nodes.push({ kind: 'address', href });
  // A label that holds an address would lead elsewhere than it says: it is no label.
  scan.opened.bracket = null;
  return end;
}

function matchAt(pattern: RegExp, line: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0] ?? '';
}

function pushText({ nodes }: Scan, text: string): void {
  if (text !== '') nodes.push({ kind: 'text', text });
}

function joinTexts(nodes: readonly MarkupInline[]): MarkupInline[] {
  const joined: MarkupInline[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (node.kind === 'text' && last?.kind === 'text') last.text += node.text;
    else joined.push(node);
  }
  return joined;
}
