/** Tells whether a text that somebody is still writing ends inside a code block. */
import { blocksIn, fenceOf, quotedLines } from './blocks.ts';

/**
 * Returns the opening backticks of the code block that is not closed at the end of `source`, also inside a quote at the end.
 * At least as many backticks at the end of a line close it. Returns null if none is open. Reads blocks as parseMarkup does.
 */
export function openFence(source: string): string | null {
  return source.includes('```') ? openFenceIn(source.split('\n'), true) : null;
}

function openFenceIn(lines: readonly string[], mayQuote: boolean): string | null {
  for (const block of blocksIn(lines, mayQuote)) {
    const fence = block.kind === 'line' ? fenceOf(lines[block.from] ?? '') : '';
    if (fence !== '') return fence;
    if (block.kind === 'quote' && block.end === lines.length) {
      return openFenceIn(quotedLines(lines, block), false);
    }
  }
  return null;
}
