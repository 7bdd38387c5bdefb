/** The one line of a message that its replies quote [M3]. The SQL function quote_line repeats the rule. */
import { QUOTE_MAX_CHARS } from './limits.ts';
import { isVisible } from './text.ts';

/** A line that can open or close a code block, also in a quote. */
const FENCE = /^(?:> )?`{3,}[^`]*$/;
const FENCE_AT_END = /`{3,}[ \t]*$/;

/**
 * Returns the first line that shows something and is no fence, up to QUOTE_MAX_CHARS characters. Behind a fence, the line may end
 * the code block: then without these backticks. A message of nothing but fences has the first of them.
 */
export function quoteLine(content: string): string {
  let first: string | undefined;
  for (const line of content.split('\n')) {
    if (!isVisible(line)) continue;
    if (!FENCE.test(line)) return cut(first === undefined ? line : line.replace(FENCE_AT_END, ''));
    first ??= line;
  }
  return cut(first ?? '');
}

function cut(line: string): string {
  return Array.from(line.slice(0, 2 * QUOTE_MAX_CHARS))
    .slice(0, QUOTE_MAX_CHARS)
    .join('');
}
