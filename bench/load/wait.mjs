// Waits for a time or for a condition.

/**
 * Waits.
 * @param {number} ms
 */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Waits until a condition is true.
 * @param {() => boolean | Promise<boolean>} condition
 * @param {number} timeoutMs
 * @param {number} [pollMs]
 * @returns {Promise<boolean>} false if it timed out
 */
export async function until(condition, timeoutMs, pollMs = 20) {
  const endMs = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > endMs) return false;
    await pause(pollMs);
  }
  return true;
}
