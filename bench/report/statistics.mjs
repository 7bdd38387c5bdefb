// Statistics of the values of several rounds.

/**
 * Returns the median.
 * @param {number[]} values
 * @returns {number} NaN for an empty list
 */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Returns the lowest and highest value.
 * @param {number[]} values
 * @returns {{ min: number, max: number }}
 */
export function spread(values) {
  return { min: Math.min(...values), max: Math.max(...values) };
}

/** With fewer rounds than this, noise cannot be judged. */
const NOISE_MIN_ROUNDS = 3;

/**
 * Tells whether two series differ by more than noise, which means that their ranges do not overlap.
 * @param {number[]} before
 * @param {number[]} after
 * @returns {boolean | null} null if there are too few rounds to tell
 */
export function differs(before, after) {
  if (Math.min(before.length, after.length) < NOISE_MIN_ROUNDS) return null;
  const [a, b] = [spread(before), spread(after)];
  return a.max < b.min || b.max < a.min;
}
