// The checks that must pass before a commit, as one table. `make check` and `make test` run it.

import { run, runTool, secondsSince } from './command.mjs';

/** Each step takes a fraction of this. One that takes longer hangs. */
const STEP_TIMEOUT_MS = 120_000;

/** A `tool` is a program of node_modules/.bin; a step without one runs node. @type {Array<{ name: string, tool?: string, args: string[] }>} */
const steps = [
  { name: 'format and lint', tool: 'biome', args: ['ci', '--error-on-warnings', '--colors=off', '.'] },
  ...['packages/protocol', 'packages/client', 'packages/server', 'packages/web', 'script'].map((folder) => ({
    name: `types: ${folder}`,
    tool: 'tsc',
    args: ['--noEmit', '-p', folder],
  })),
  {
    name: 'import arrows',
    tool: 'vitest',
    args: ['run', '--project', 'scenario', 'packages/server/test/arrows.test.ts'],
  },
  { name: 'plain English', args: ['script/prose.mjs'] },
  { name: 'dead code', tool: 'knip', args: ['--no-progress', '--treat-config-hints-as-errors'] },
];

/**
 * Runs every step, even after a failure, and prints a line for each. A failed step shows its output first.
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function check() {
  const counts = { passed: 0, failed: 0 };
  for (const step of steps) {
    const startedMs = performance.now();
    const options = { quiet: true, timeoutMs: STEP_TIMEOUT_MS };
    const { code, output } = await (step.tool
      ? runTool(step.tool, step.args, options)
      : run(process.execPath, step.args, options));
    counts[code === 0 ? 'passed' : 'failed'] += 1;
    const line = `${code === 0 ? 'ok    ' : 'FAILED'} ${step.name.padEnd(26)} ${secondsSince(startedMs)}\n`;
    process.stdout.write(code === 0 ? line : `${output}\n${line}`);
  }
  return counts;
}
