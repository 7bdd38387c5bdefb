/** The delay before a retry. */

/** The ceiling of the first delay. */
export const BACKOFF_MIN_MS = 500;
/** The highest ceiling. */
export const BACKOFF_MAX_MS = 15_000;

/**
 * Returns a delay in milliseconds with full jitter, so that clients that lost their links together return spread out. Its
 * ceiling doubles with each attempt.
 * @param attempt 1 for the first retry after a failure
 * @param random a number from 0 to below 1
 */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** (attempt - 1));
  return Math.round(random * ceiling);
}
