/** The formatting of messages does what its document says, and its work grows with the text's length only. */
import { readFileSync } from 'node:fs';
import { type MarkupBlock, type MarkupInline, parseMarkup } from '@banter/protocol';
import { describe, expect, test } from 'vitest';

const DOCUMENT = readFileSync(new URL('../../../docs/markup.md', import.meta.url), 'utf8');
const TAGS = { bold: 'b', italic: 'i', strike: 's' } as const;

describe('docs/markup.md', () => {
  const examples = examplesIn(DOCUMENT);

  test('holds its examples', () => {
    expect(examples.length).toBeGreaterThan(50);
  });

  test.each(examples)('%s', (typed, shown) => {
    expect(draw(parseMarkup(typed.replaceAll('⏎', '\n'))).replaceAll('\n', '⏎')).toBe(shown);
  });
});

/** The lines of the blocks that are called examples; a block ends at a line that is nothing but a fence. */
function examplesIn(document: string): [typed: string, shown: string][] {
  const blocks = [...document.matchAll(/^```examples\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, lines = '']) =>
    lines
      .trimEnd()
      .split('\n')
      .map((line): [string, string] => {
        const [typed = '', shown = ''] = line.split(/\s+→ {2}/);
        return [typed, shown];
      }),
  );
}

function draw(blocks: readonly MarkupBlock[]): string {
  return blocks
    .map((block) => {
      if (block.kind === 'quote') return `<quote>${draw(block.children)}</quote>`;
      if (block.kind === 'paragraph') return drawInlines(block.children);
      return `<pre${block.language && ` ${block.language}`}>${block.text}</pre>`;
    })
    .join('\n');
}

function drawInlines(nodes: readonly MarkupInline[]): string {
  return nodes
    .map((node) => {
      switch (node.kind) {
        case 'text':
          return node.text;
        case 'code':
          return `<code>${node.text}</code>`;
        case 'address':
          return `<a>${node.href}</a>`;
        case 'link':
          return `<a ${node.href}>${drawInlines(node.children)}</a>`;
        default:
          return `<${TAGS[node.kind]}>${drawInlines(node.children)}</${TAGS[node.kind]}>`;
      }
    })
    .join('');
}
