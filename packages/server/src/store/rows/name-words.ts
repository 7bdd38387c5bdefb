/** The words by which people are looked up: folded, so that case, accents and normal form do not matter. */
import { searchForm } from '@banter/protocol';

/** The words of a display name, each once. */
export function wordsOf(text: string): string[] {
  return [...new Set(searchForm(text).split(/[^\p{L}\p{N}\p{M}]+/u))].filter(Boolean);
}

/** A tsquery for names that have all words of `text`, the last one as a beginning; null without words. */
export function wordsQuery(text: string): string | null {
  const words = wordsOf(text);
  if (words.length === 0) return null;
  // Words have only letters, digits and marks: nothing to escape.
  return `${words.map((word) => `'${word}'`).join(' & ')}:*`;
}
