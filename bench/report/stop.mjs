// For a setting that is wrong: says so in a line and ends, without a stack that would help nobody.

/**
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
