// Waiting: for a time, and for a condition.

/** @param {number} ms */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * @param {() => boolean | Promise<boolean>} condition
 * @param {number} timeoutMs
 * @param {number} [pollMs]
 * @returns {Promise<boolean>} whether the condition came true in time
 */
export async function until(condition, timeoutMs, pollMs = 20) {
  const endMs = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > endMs) return false;
    await pause(pollMs);
  }
  return true;
}
