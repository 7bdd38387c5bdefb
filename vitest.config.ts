/** The test projects: unit, scenario and browser. */

import { defineConfig } from 'vitest/config';
import { LongTestsFirst } from './script/long-tests-first.mjs';

/** Tests use the TypeScript of workspace packages: their `source` entry, not the build. */
const conditions = ['source', 'module', 'node', 'development|production'];

const shared = {
  environment: 'node',
  /** A busy machine needs long for what takes a second on a quiet one. */
  testTimeout: 60_000,
  hookTimeout: 60_000,
} as const;

/** Tests that start a server process start the built one. */
const built = { globalSetup: ['packages/server/test/harness/built.ts'] };

const resolution = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  ...resolution,
  test: {
    pool: 'forks',
    // Each test file often waits for processes and timers: one more than two cores can run keeps both busy.
    maxWorkers: 3,
    sequence: { sequencer: LongTestsFirst },
    globalSetup: ['packages/server/test/harness/cluster.ts'],
    projects: [
      {
        ...resolution,
        test: {
          ...shared,
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/*/src/**/*.test.tsx',
            'bench/**/*.test.mjs',
            'script/**/*.test.mjs',
          ],
        },
      },
      {
        ...resolution,
        test: {
          ...shared,
          ...built,
          name: 'scenario',
          include: ['packages/server/test/**/*.test.ts'],
        },
      },
      {
        ...resolution,
        test: {
          ...shared,
          ...built,
          name: 'browser',
          include: ['packages/web/test/**/*.browser.test.ts'],
          maxWorkers: 2,
        },
      },
    ],
  },
});
