/** Splits the lines of a text into blocks: quotes, code blocks, and lines of neither. */

/** Lines `from` (inclusive) to `end` (exclusive). `fence`: the opening backticks of a code block, otherwise empty. */
export type BlockLines = { kind: 'code-block' | 'quote' | 'line'; from: number; end: number; fence: string };

const FENCE = /^(`{3,})[^`]*$/;
const QUOTE_LINE = /^>(?: |$)/;

/** Yields the blocks of `lines` in order, in linear time. A fence that nothing closes is a line of text. */
export function* blocksIn(lines: readonly string[], mayQuote: boolean): Generator<BlockLines> {
  const closings = longestClosings(lines);
  for (let from = 0, end = 0; from < lines.length; from = end) {
    const line = lines[from] ?? '';
    const fence = fenceOf(line);
    if (fence !== '' && fence.length <= (closings[from + 1] ?? 0)) {
      end = closingLine(lines, from + 1, fence.length) + 1;
      yield { kind: 'code-block', from, end, fence };
    } else if (mayQuote && QUOTE_LINE.test(line)) {
      end = quoteEnd(lines, from);
      yield { kind: 'quote', from, end, fence: '' };
    } else {
      end = from + 1;
      yield { kind: 'line', from, end, fence: '' };
    }
  }
}

/** Returns the lines of a quote without their marks. */
export function quotedLines(lines: readonly string[], { from, end }: BlockLines): string[] {
  return lines.slice(from, end).map((line) => line.slice(2));
}

/** Returns the backticks with which the line opens a code block, or an empty string. */
export function fenceOf(line: string): string {
  return FENCE.exec(line)?.[1] ?? '';
}

/** Returns how many backticks the line ends with. Fewer than three close nothing. */
export function closingTicks(line: string): number {
  const end = line.trimEnd().length;
  let start = end;
  while (line.charAt(start - 1) === '`') start--;
  return end - start;
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

function quoteEnd(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && QUOTE_LINE.test(lines[at] ?? '')) at++;
  return at;
}
