/** Faults in a search query, in words for the person who typed it. */

/** What is wrong with a query, in words for the person. */
export class QueryProblem extends Error {}

/** A piece of a query as a problem shows it. */
export function shown(text: string): string {
  const signs = [...text];
  const cut = signs.length > SHOWN_MAX_CHARS ? `${signs.slice(0, SHOWN_MAX_CHARS).join('')}…` : text;
  return cut === '' ? 'nothing' : JSON.stringify(cut);
}

/** Of a wrong word, so much is shown. */
const SHOWN_MAX_CHARS = 40;
