// Reports an invalid setting in one line, without a stack trace.

/**
 * Runs a check. If it throws, prints the message and exits with 1.
 * @template T
 * @param {() => T} work
 * @returns {T}
 */
export function orStop(work) {
  try {
    return work();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
