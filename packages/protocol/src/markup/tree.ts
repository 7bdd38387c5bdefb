/** The tree of a message's formatted text. Each client renders it in its own way. */

/** A stretch of text inside a block. Line ends are LF characters in text nodes. */
export type MarkupInline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; children: MarkupInline[] }
  | { kind: 'code'; text: string }
  /** An address written as such. It is its own label. */
  | { kind: 'address'; href: string }
  /** An address with another label. A client must show at least its host. */
  | { kind: 'link'; href: string; children: MarkupInline[] };

/** A part of the message that consists of whole lines. */
export type MarkupBlock =
  | { kind: 'paragraph'; children: MarkupInline[] }
  /** `language` is empty if the fence names none. `text` has neither the fences nor a final line end. */
  | { kind: 'code-block'; language: string; text: string }
  /** Contains paragraphs and code blocks, never another quote. */
  | { kind: 'quote'; children: MarkupBlock[] };

/** The deepest nesting: a quote, a paragraph, each kind of inline inside another (italic with both marks), a leaf. */
export const MARKUP_MAX_DEPTH = 8;

/** Returns the text without its marks. Blocks are joined by a line end. */
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
