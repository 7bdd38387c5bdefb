/** The state of reading one line. */
import type { CodeSpans } from './code-spans.ts';
import type { MarkupInline } from './tree.ts';

/** A mark of emphasis. Italic has two, which do not close each other. */
export type Emphasis = 'bold' | 'star' | 'underscore' | 'strike';
/** An opener: marks that are the text node at index `at` until something closes them. */
export type Opened = { at: number; marks: string };
/** The state of reading one line. */
export type Scan = {
  line: string;
  /** The nodes so far, in order. Adjacent texts are joined only at the end. */
  nodes: MarkupInline[];
  /** The latest opener of each kind that is not closed yet. */
  opened: Record<Emphasis | 'bracket', Opened | null>;
  /** The marks whose opening was escaped: their closing marks are escaped too. */
  escaped: Set<string>;
  codeSpans: CodeSpans;
  /** The last words in underscores with signs between them: where they end, and whether they are italic. */
  joined: { end: number; isItalic: boolean };
};

const OPENED_NAMES = ['bold', 'star', 'underscore', 'strike', 'bracket'] as const;

/** Appends a text node, unless `text` is empty. */
export function pushText({ nodes }: Scan, text: string): void {
  if (text !== '') nodes.push({ kind: 'text', text });
}

/** Returns `nodes` with adjacent texts joined. */
export function joinTexts(nodes: readonly MarkupInline[]): MarkupInline[] {
  const joined: MarkupInline[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (node.kind === 'text' && last?.kind === 'text') last.text += node.text;
    else joined.push(node);
  }
  return joined;
}

/** Discards the openers after node `at`. They are inside something that is now closed, so they stay text. */
export function forgetInside(opened: Scan['opened'], at: number): void {
  for (const name of OPENED_NAMES) {
    if ((opened[name]?.at ?? -1) > at) opened[name] = null;
  }
}

/** Returns the match of a sticky `pattern` at `at`, or an empty string. */
export function matchAt(pattern: RegExp, line: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0] ?? '';
}
