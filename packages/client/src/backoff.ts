/** How long to wait before the next try. */

export const BACKOFF_MIN_MS = 500;
export const BACKOFF_MAX_MS = 15_000;

/**
 * Full jitter: anything up to a ceiling that doubles with each attempt, so a crowd cut off at once comes back spread out.
 * @param attempt 1 for the first try after a failure.
 * @param random a number from 0 to below 1.
 */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** (attempt - 1));
  return Math.round(random * ceiling);
}
