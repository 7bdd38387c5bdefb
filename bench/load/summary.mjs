// Many times, told by a few.

/**
 * @param {number[]} times in ms
 * @returns {{ p50Ms: number, p99Ms: number }} NaN of no times
 */
export function summary(times) {
  return { p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) };
}

/**
 * @param {number[]} times
 * @param {number} share of them that are no longer
 * @returns {number} NaN of no times
 */
export function percentile(times, share) {
  return Float64Array.from(times).sort()[Math.floor(times.length * share)] ?? Number.NaN;
}
