// Runs vitest and counts the results in its JSON report.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.mjs';

/** Ends a stage that hangs. On two idle cores the longest stage takes a third of this. */
const STAGE_TIMEOUT_MS = 1_200_000;

/** @typedef {{ passed: number, failed: number }} Counts */

/**
 * @typedef {object} Report the part of vitest's JSON report that is used here
 * @property {Array<{ status: string, assertionResults: Array<{ status: string }> }>} testResults
 */

/**
 * Runs vitest, prints its output, and counts the results.
 * @param {string[]} args projects, files and exclusions
 * @param {{ env?: Record<string, string>, wrapper?: string[] }} [options] wrapper: a command line put before vitest's
 * @returns {Promise<Counts>} a run that ends without a report, or fails outside any test, counts as one failure
 */
export async function runVitest(args, { env = {}, wrapper = [] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'banter-report-'));
  const file = join(folder, 'report.json');
  const vitest = ['node', 'node_modules/vitest/vitest.mjs', 'run', ...args];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const [command = 'node', ...rest] = [...wrapper, ...vitest, ...reporters];
  try {
    const { code } = await run(command, rest, { env, timeoutMs: STAGE_TIMEOUT_MS });
    return countReport(file, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @param {number} code vitest's exit code
 * @returns {Counts}
 */
function countReport(file, code) {
  if (!existsSync(file)) {
    process.stdout.write(`vitest exited with ${code} and wrote no report.\n`);
    return { passed: 0, failed: 1 };
  }
  /** @type {Report} */
  const report = JSON.parse(readFileSync(file, 'utf8'));
  const statuses = report.testResults.flatMap(statusesOf);
  const passed = statuses.filter((status) => status === 'passed').length;
  const failed = statuses.filter((status) => status === 'failed').length;
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/**
 * Returns the results of one test file. A file that could not be loaded counts as one failed test.
 * @param {Report['testResults'][number]} file
 */
function statusesOf(file) {
  const statuses = file.assertionResults.map((test) => test.status);
  return file.status === 'failed' && !statuses.includes('failed') ? [...statuses, 'failed'] : statuses;
}
