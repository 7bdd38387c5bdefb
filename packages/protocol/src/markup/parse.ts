/**
 * Parses a message's text into a tree. docs/markup.md defines the language. Anything else stays text, so every text is valid.
 * The time is linear in the text's length for any input.
 */
import { parseLine } from './inline.ts';
import type { MarkupBlock, MarkupInline } from './tree.ts';

const FENCE = /^(`{3,})([^`]*)$/;
const LANGUAGE = /^[\w+#.-]{0,32}[ \t]*$/;
const QUOTE_LINE = /^>(?: |$)/;
/** A backslash at the start of a line that would otherwise be a quote or a fence. */
const ESCAPED_START = /^\\(?=> |>$|`{3,}[^`]*$)/;

/** Parses `source`, whose lines end with LF. Accepts any text, and never throws. */
export function parseMarkup(source: string): MarkupBlock[] {
  return parseBlocks(source.split('\n'), true);
}

function parseBlocks(lines: readonly string[], mayQuote: boolean): MarkupBlock[] {
  const blocks: MarkupBlock[] = [];
  const closings = longestClosings(lines);
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? '';
    const [fence = '', ticks = ''] = FENCE.exec(line) ?? [];
    if (ticks !== '' && ticks.length <= (closings[at + 1] ?? 0)) {
      const end = closingLine(lines, at + 1, ticks.length);
      blocks.push(codeBlock(fence.slice(ticks.length), lines.slice(at + 1, end + 1)));
      at = end + 1;
    } else if (mayQuote && QUOTE_LINE.test(line)) {
      const end = quoteEnd(lines, at);
      const quoted = lines.slice(at, end).map((each) => each.slice(2));
      blocks.push({ kind: 'quote', children: parseBlocks(quoted, false) });
      at = end;
    } else {
      appendLine(blocks, line);
      at++;
    }
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

/** Returns, for each line, the longest closing fence at or after it. So an unclosed fence needs no search. */
function longestClosings(lines: readonly string[]): number[] {
  const longest = new Array<number>(lines.length + 1).fill(0);
  for (let at = lines.length - 1; at >= 0; at--) {
    longest[at] = Math.max(longest[at + 1] ?? 0, closingTicks(lines[at] ?? ''));
  }
  return longest;
}

function closingLine(lines: readonly string[], from: number, ticks: number): number {
  let at = from;
  while (at < lines.length && closingTicks(lines[at] ?? '') < ticks) at++;
  return at;
}

/** Returns how many backticks the line ends with. Fewer than three close nothing. */
function closingTicks(line: string): number {
  const end = line.trimEnd().length;
  let start = end;
  while (line.charAt(start - 1) === '`') start--;
  return end - start;
}

function quoteEnd(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && QUOTE_LINE.test(lines[at] ?? '')) at++;
  return at;
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
