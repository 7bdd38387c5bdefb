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
    return stop(error);
  }
}

/**
 * Prints an error's message and exits with 1.
 * @param {unknown} error
 * @returns {never}
 */
export function stop(error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
