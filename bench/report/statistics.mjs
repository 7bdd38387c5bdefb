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

/**
 * Whether two series differ by more than their own noise: no value of one lies among those of the other.
 * @param {number[]} before
 * @param {number[]} after
 */
export function differs(before, after) {
  const [a, b] = [spread(before), spread(after)];
  return a.max < b.min || b.max < a.min;
}
