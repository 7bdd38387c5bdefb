// Summarises a list of times.

/**
 * Returns the median and the 99th percentile.
 * @param {number[]} times in ms
 * @returns {{ p50Ms: number, p99Ms: number }} NaN for an empty list
 */
export function summary(times) {
  return { p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) };
}

/**
 * Returns a percentile.
 * @param {number[]} times
 * @param {number} share from 0 to 1: this share of the times is shorter
 * @returns {number} NaN for an empty list
 */
export function percentile(times, share) {
  return Float64Array.from(times).sort()[Math.floor(times.length * share)] ?? Number.NaN;
}
