/** What is known of a line while it is read. */
import type { CodeSpans } from './code-spans.ts';
import type { MarkupInline } from './tree.ts';

/** Italic has two marks, which do not close each other. */
export type Emphasis = 'bold' | 'star' | 'underscore' | 'strike';
/** Marks that stand as text at `at` of the scan's nodes, until they are closed. */
export type Opened = { at: number; marks: string };
export type Scan = {
  line: string;
  /** What was read, in order; texts beside each other are joined at the end only. */
  nodes: MarkupInline[];
  opened: Record<Emphasis | 'bracket', Opened | null>;
  /** Which marks a backslash kept from opening: their closing ones are escaped as well. */
  escaped: Set<string>;
  codeSpans: CodeSpans;
};

const OPENED_NAMES = ['bold', 'star', 'underscore', 'strike', 'bracket'] as const;

/** Puts `text` behind what was read; nothing for none. */
export function pushText({ nodes }: Scan, text: string): void {
  if (text !== '') nodes.push({ kind: 'text', text });
}

/** `nodes` with each text joined to the one before it. */
export function joinTexts(nodes: readonly MarkupInline[]): MarkupInline[] {
  const joined: MarkupInline[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (node.kind === 'text' && last?.kind === 'text') last.text += node.text;
    else joined.push(node);
  }
  return joined;
}

/** What was opened behind node `at`, inside of something that is closed now, stays text. */
export function forgetInside(opened: Scan['opened'], at: number): void {
  for (const name of OPENED_NAMES) {
    if ((opened[name]?.at ?? -1) > at) opened[name] = null;
  }
}

/** What a sticky `pattern` finds at `at`; empty for nothing. */
export function matchAt(pattern: RegExp, line: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(line)?.[0] ?? '';
}
