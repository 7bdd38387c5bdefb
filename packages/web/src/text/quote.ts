/** Quotes: the one line of a message that a reply shows. */
import { markupText, parseMarkup, QUOTE_MAX_CHARS, type Quote } from '@banter/protocol';
import { isolatedText } from './bidi.ts';
import { visibleName } from './format.ts';

/** Quotes the first line of a message the way the server will, up to QUOTE_MAX_CHARS characters. */
export function quoteOf(userId: number, username: string, content: string): Quote {
  const [line = ''] = content.split('\n', 1);
  return { userId, username, line: Array.from(line).slice(0, QUOTE_MAX_CHARS).join('') };
}

/** `mira: the first line`, without formatting marks. */
export function quoteText({ username, line }: Quote): string {
  return `${visibleName(username)}: ${isolatedText(markupText(parseMarkup(line)))}`;
}
