// Many times, told by a few.

/**
 * @param {number[]} times in ms
 * @returns {{ p50Ms: number, p99Ms: number }} NaN of no times
 */
export function summary(times) {
  const sorted = Float64Array.from(times).sort();
  const at = (/** @type {number} */ share) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}
