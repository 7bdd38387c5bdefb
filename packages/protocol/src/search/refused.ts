/** Refuses what other searches understand and this one does not, so that nobody takes a literal search without hits for an answer. */
import { excerpt, QueryProblem } from './problem.ts';

/** Words that join or exclude terms elsewhere. As text they stand in quotes. */
const OPERATOR = /^(?:AND|OR|NOT)$/;
/** One dash before a word, a quote or a filter. An option of one or two letters, such as `-rf`, is text. */
const EXCLUSION = /^[-\uff0d](?=["'`\p{Pi}\p{Ps}@#]|\p{L}[\p{L}\p{M}\p{N}]{2}|[\p{L}\p{N}]+[:\uff1a])/u;
/** Filters of other searches, each with what to write here. */
const FOREIGN_FILTERS: Readonly<Record<string, string>> = {
  is: 'the filters are from:, in:, on:, before:, after:, has:link, has:code and mentions:me',
  to: 'for a direct room, write in:@ada; for messages that mention you, mentions:me',
  with: 'for a direct room, write in:@ada',
  by: 'for the author, write from:ada',
  author: 'for the author, write from:ada',
  sender: 'for the author, write from:ada',
  user: 'for the author, write from:ada',
  room: 'for a room, write in:harbour',
  channel: 'for a room, write in:harbour',
  date: 'for a day, write on:2026-01-31',
  during: 'for a day, write on:2026-01-31',
  since: 'for a time, write after:2026-01-31',
  until: 'for a time, write before:2026-01-31',
};
const FOREIGN_FILTER = new RegExp(`^(${Object.keys(FOREIGN_FILTERS).join('|')}):(?=[^:/])`, 'i');

/** @throws QueryProblem for a token that only other searches understand. `isAlone`: the query has no other token. */
export function refuseForeign(token: string, isAlone: boolean): void {
  const plain = token.normalize('NFKC');
  const asText = `to search for the text, put " around it`;
  if (!isAlone && OPERATOR.test(plain)) {
    throw new QueryProblem(
      `${excerpt(token)} does not work between terms: a message must have all of them; ${asText}`,
    );
  }
  if (EXCLUSION.test(token)) {
    throw new QueryProblem(`${excerpt(token)}: a search cannot leave messages out; ${asText}`);
  }
  const [, name] = FOREIGN_FILTER.exec(plain) ?? [];
  if (name === undefined) return;
  throw new QueryProblem(`${name}: is no filter: ${FOREIGN_FILTERS[name.toLowerCase()]}; ${asText}`);
}
