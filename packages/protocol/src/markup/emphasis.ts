/**
 * Bold, italic and struck out. Of each kind of mark only the one that was opened last can be closed: so no kind nests in
 * itself, the depth is bounded, and what is opened and never closed costs nothing.
 */
import { type Flanks, flanksOf } from './flanks.ts';
import { type Emphasis, forgetInside, joinTexts, matchAt, pushText, type Scan } from './scan.ts';
import type { MarkupInline } from './tree.ts';

type EmphasisKind = Extract<MarkupInline, { kind: 'bold' | 'italic' | 'strike' }>['kind'];

/** `runs`: how long a run may be of which the mark is taken, to open or to close. */
const EMPHASES: Record<Emphasis, { mark: string; kind: EmphasisKind; runs: number[] }> = {
  bold: { mark: '**', kind: 'bold', runs: [2, 3] },
  star: { mark: '*', kind: 'italic', runs: [1, 3] },
  underscore: { mark: '_', kind: 'italic', runs: [1] },
  strike: { mark: '~~', kind: 'strike', runs: [2] },
};
const EMPHASIS_NAMES = Object.keys(EMPHASES) as Emphasis[];
/** Marks in a row, some with a backslash: they share what stands before and after them. */
const MARKS = /(?:\\?[*_~])+/y;

/** Reads the marks at `at` into the nodes, and gives where they end. */
export function readMarks(scan: Scan, at: number): number {
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
  const { mark, runs } = EMPHASES[name];
  return mark.charAt(0) === run.charAt(0) && runs.includes(run.length);
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
