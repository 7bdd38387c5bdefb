/** What a message's text is once its formatting is understood. Every client draws this tree in its own way. */

/** A stretch of text inside a line, or several; line ends stand in it as LF. */
export type MarkupInline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; children: MarkupInline[] }
  | { kind: 'code'; text: string }
  /** An address that was written out: it is its own label. */
  | { kind: 'address'; href: string }
  /** An address under other words. A client must show where it leads: its host at least. */
  | { kind: 'link'; href: string; children: MarkupInline[] };

/** A part of the message that begins and ends with a line. */
export type MarkupBlock =
  | { kind: 'paragraph'; children: MarkupInline[] }
  /** `language` is empty where none was named; `text` has neither the fences nor a last line end. */
  | { kind: 'code-block'; language: string; text: string }
  /** Paragraphs and code blocks; never a quote again. */
  | { kind: 'quote'; children: MarkupBlock[] };

/** The deepest nesting there is: a quote, a paragraph, each kind of inline in another (italic in both marks), a leaf. */
export const MARKUP_MAX_DEPTH = 8;

/** The text without its marks, as one would read it aloud. Blocks are joined by a line end. */
export function markupText(blocks: readonly MarkupBlock[]): string {
  return blocks.map(blockText).join('\n');
}

function blockText(block: MarkupBlock): string {
  switch (block.kind) {
    case 'paragraph':
      return inlineText(block.children);
    case 'code-block':
      return block.text;
    case 'quote':
      return markupText(block.children);
  }
}

function inlineText(nodes: readonly MarkupInline[]): string {
  return nodes
    .map((node) => {
      if (node.kind === 'address') return node.href;
      return 'text' in node ? node.text : inlineText(node.children);
    })
    .join('');
}
