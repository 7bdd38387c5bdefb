/** Quotes: the one line of a message that a reply shows. */
import { markupText, parseMarkup, type Quote, quoteLine } from '@banter/protocol';
import { isolatedText } from './bidi.ts';
import { visibleName } from './format.ts';

/** Quotes a message the way the server will [M3]. */
export function quoteOf(userId: number, username: string, content: string): Quote {
  return { userId, username, line: quoteLine(content) };
}

/** `mira: the first line`, without formatting marks. */
export function quoteText({ username, line }: Quote): string {
  return `${visibleName(username)}: ${isolatedText(markupText(parseMarkup(line)))}`;
}
