/**
 * Reads the marks of bold, italic and struck-out text. Only the latest opener of each mark can be closed. So no kind nests in
 * itself, the depth is bounded, and an opener that is never closed costs nothing.
 */
import { type Flanks, flanksOf } from './flanks.ts';
import { type Emphasis, forgetInside, joinTexts, matchAt, pushText, type Scan } from './scan.ts';
import type { MarkupInline } from './tree.ts';

type EmphasisKind = Extract<MarkupInline, { kind: 'bold' | 'italic' | 'strike' }>['kind'];

/** `runs`: the lengths of a run that can open or close this emphasis. */
const EMPHASES: Record<Emphasis, { mark: string; kind: EmphasisKind; runs: number[] }> = {
  bold: { mark: '**', kind: 'bold', runs: [2, 3] },
  star: { mark: '*', kind: 'italic', runs: [1, 3] },
  underscore: { mark: '_', kind: 'italic', runs: [1] },
  strike: { mark: '~~', kind: 'strike', runs: [2] },
};
const EMPHASIS_NAMES = Object.keys(EMPHASES) as Emphasis[];
/** Marks in a row, some of them escaped. All are judged by the characters before and after the row. */
const MARKS = /(?:\\?[*_~])+/y;

/** Reads the marks at `at` into the nodes. Returns where they end. */
export function readMarks(scan: Scan, at: number): number {
  const marks = matchAt(MARKS, scan.line, at);
  const flanks = marks === '_' ? underscoreFlanks(scan, at) : flanksOf(scan.line, at, marks);
  for (let from = 0; from < marks.length; ) {
    const end = runEnd(marks, from);
    readRun(scan, marks.slice(from, end), flanks);
    from = end;
  }
  return at + marks.length;
}

/** Italic words with one sign between each two, from the closing mark of the first word on: `_/_b_._c_`. */
const JOINED = /_(?:[^\s\w\\*~`[\]]_[\p{L}\p{N}](?:[^_\s]*[\p{L}\p{N}])?_)+/uy;
/** The character after joined words. Any other makes them a part of a path. */
const AFTER_JOINED = /^[\s.,:;!?)\]}'"]?$/;

/**
 * One underscore may also touch a sign on its outer side, if there is another italic word on the other side of the sign: `_a_/_b_`.
 * A star may not, because `*a*` `/` `*b*` is a glob.
 */
function underscoreFlanks(scan: Scan, at: number): Flanks {
  const { line, nodes, opened } = scan;
  const { opens, closes } = flanksOf(line, at, '_');
  if (opens || closes) return { opens, closes };
  if (opened.underscore !== null) {
    if (at >= scan.joined.end) {
      const end = at + matchAt(JOINED, line, at).length;
      scan.joined = { end, isItalic: AFTER_JOINED.test(line.charAt(end)) };
    }
    return { opens, closes: at < scan.joined.end && scan.joined.isItalic };
  }
  const [before, sign] = nodes.slice(-2);
  const isJoined = before?.kind === 'italic' && sign?.kind === 'text' && Array.from(sign.text).length === 1;
  return { opens: isJoined && /[\p{L}\p{N}]/u.test(line.charAt(at + 1)), closes };
}

/** A run is a row of one character, or one escaped mark. */
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
  // A star between two words belongs to a sum or a glob, and so does the star before it.
  if (run === '*' && !flanks.opens && !flanks.closes) scan.opened.star = null;
  const rest = flanks.closes ? closeMarks(scan, run) : run;
  if (flanks.opens) openMarks(scan, rest);
  pushText(scan, rest);
}

/** Removes a backslash only if it escaped a real mark: \*.ts and C:\_tmp stay as typed. */
function readEscaped(scan: Scan, run: string, { opens, closes }: Flanks): void {
  const mark = run.slice(1);
  const isOpened =
    scan.escaped.has(mark) || EMPHASIS_NAMES.some((name) => scan.opened[name]?.marks[0] === mark);
  if (opens) scan.escaped.add(mark);
  pushText(scan, opens || (closes && isOpened) ? mark : run);
}

/** Closes all that the run can close, innermost first. Returns the rest of the run. */
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

/** The caller pushes the text of the marks next. */
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
