/** Problems with a search query, in words for the person who typed it. */

/** Reports that a query is invalid. `message` says why, and how to correct it. */
export class QueryProblem extends Error {}

/** Returns part of a query in quotes, cut to EXCERPT_MAX_CHARS, for the text of a problem. */
export function excerpt(text: string): string {
  const chars = [...text];
  return JSON.stringify(
    chars.length > EXCERPT_MAX_CHARS ? `${chars.slice(0, EXCERPT_MAX_CHARS).join('')}…` : text,
  );
}

const EXCERPT_MAX_CHARS = 40;
