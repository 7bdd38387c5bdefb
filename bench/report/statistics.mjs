// From the values of some rounds to what is said of them.

/**
 * @param {number[]} values
 * @returns {number} NaN of none
 */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * @param {number[]} values
 * @returns {{ min: number, max: number }}
 */
export function spread(values) {
  return { min: Math.min(...values), max: Math.max(...values) };
}

/** With fewer rounds than this nothing is said about noise. */
const NOISE_MIN_ROUNDS = 3;

/**
 * Whether two series differ by more than their own noise: no value of one lies among those of the other.
 * @param {number[]} before
 * @param {number[]} after
 * @returns {boolean | null} null: there were too few rounds to know
 */
export function differs(before, after) {
  if (Math.min(before.length, after.length) < NOISE_MIN_ROUNDS) return null;
  const [a, b] = [spread(before), spread(after)];
  return a.max < b.min || b.max < a.min;
}
