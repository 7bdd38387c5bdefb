/**
 * Parses a message's text into a tree. docs/markup.md defines the language. Anything else stays text, so every text is valid.
 * The time is linear in the text's length for any input.
 */
import { blocksIn, closingTicks, quotedLines } from './blocks.ts';
import { parseLine } from './inline.ts';
import type { MarkupBlock, MarkupInline } from './tree.ts';

const LANGUAGE = /^[\w+#.-]{0,32}[ \t]*$/;
/** A backslash at the start of a line that would otherwise be a quote or a fence. */
const ESCAPED_START = /^\\(?=> |>$|`{3,}[^`]*$)/;

/** Parses `source`, whose lines end with LF. Accepts any text, and never throws. */
export function parseMarkup(source: string): MarkupBlock[] {
  return parseBlocks(source.split('\n'), true);
}

function parseBlocks(lines: readonly string[], mayQuote: boolean): MarkupBlock[] {
  const blocks: MarkupBlock[] = [];
  for (const block of blocksIn(lines, mayQuote)) {
    const line = lines[block.from] ?? '';
    if (block.kind === 'code-block') {
      blocks.push(codeBlock(line.slice(block.fence.length), lines.slice(block.from + 1, block.end)));
    } else if (block.kind === 'quote') {
      blocks.push({ kind: 'quote', children: parseBlocks(quotedLines(lines, block), false) });
    } else appendLine(blocks, line);
  }
  return blocks;
}

/** `lines` include the closing line. Code may start on the opening fence's line and end on the closing fence's line. */
function codeBlock(info: string, lines: readonly string[]): MarkupBlock {
  const isLanguage = LANGUAGE.test(info);
  const closing = (lines.at(-1) ?? '').trimEnd();
  const last = closing.slice(0, closing.length - closingTicks(closing));
  const code = [...(isLanguage ? [] : [info]), ...lines.slice(0, -1), ...(last === '' ? [] : [last])];
  return { kind: 'code-block', language: isLanguage ? info.trimEnd() : '', text: code.join('\n') };
}

function appendLine(blocks: MarkupBlock[], line: string): void {
  const inlines = parseLine(line.startsWith('\\') ? line.replace(ESCAPED_START, '') : line);
  const last = blocks.at(-1);
  if (last?.kind !== 'paragraph') {
    blocks.push({ kind: 'paragraph', children: inlines });
    return;
  }
  appendText(last.children, '\n');
  for (const inline of inlines) {
    if (inline.kind === 'text') appendText(last.children, inline.text);
    else last.children.push(inline);
  }
}

function appendText(children: MarkupInline[], text: string): void {
  const last = children.at(-1);
  if (last?.kind === 'text') last.text += text;
  else children.push({ kind: 'text', text });
}
