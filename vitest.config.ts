/** Which tests there are, and what they run on. */

import { defineConfig } from 'vitest/config';

/** Workspace packages are tested as TypeScript: their `source` entry, not what was built. */
const conditions = ['source', 'module', 'node', 'development|production'];

const shared = {
  environment: 'node',
  testTimeout: 30_000,
  hookTimeout: 30_000,
} as const;

/**
 * Real processes, sockets and browsers on a machine that others use too: what fails once is run once more, and shown as
 * retried. What is broken fails twice.
 */
const onRealThings = { retry: 1 } as const;

/** Servers in processes of their own are the built ones. */
const built = { globalSetup: ['packages/server/test/harness/built.ts'] };

const resolution = { resolve: { conditions }, ssr: { resolve: { conditions } } };

export default defineConfig({
  ...resolution,
  test: {
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: ['packages/server/test/harness/cluster.ts'],
    projects: [
      {
        ...resolution,
        test: {
          ...shared,
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'packages/*/src/**/*.test.tsx', 'bench/**/*.test.mjs'],
        },
      },
      {
        ...resolution,
        test: {
          ...shared,
          ...onRealThings,
          ...built,
          name: 'scenario',
          include: ['packages/server/test/**/*.test.ts'],
        },
      },
      {
        ...resolution,
        test: {
          ...shared,
          ...onRealThings,
          ...built,
          name: 'browser',
          include: ['packages/web/test/**/*.browser.test.ts'],
          fileParallelism: false,
        },
      },
    ],
  },
});
