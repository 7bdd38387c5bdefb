// The order of the test files: the long ones begin first, so that no core waits for the last of them.

import { BaseSequencer } from 'vitest/node';

/** The parts of paths with long tests, each above half a minute. They mostly wait, so short tests run beside them. */
const LONG = ['/test/faults/', '/test/soak/', '/test/history/judge', '/test/openapi', '/test/matrix/'];

/** Puts the long tests before the others, and leaves both in the order of vitest. */
export class LongTestsFirst extends BaseSequencer {
  /**
   * @override
   * @type {BaseSequencer["sort"]}
   */
  async sort(files) {
    const sorted = await super.sort(files);
    const isLong = sorted.map(({ moduleId }) => LONG.some((part) => moduleId.includes(part)));
    return [...sorted.filter((_, i) => isLong[i]), ...sorted.filter((_, i) => !isLong[i])];
  }
}
