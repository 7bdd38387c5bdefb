// Runs the fault tests, reads the outcomes that they write, and puts a report into docs/reliability.md.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './command.mjs';

/**
 * @typedef {object} Row the outcome of one fault
 * @property {string} name
 * @property {number} trials
 * @property {number} acked
 * @property {number} violations
 * @property {string[]} broken
 * @property {{ p50: number, p99: number } | null} recovery
 * @property {Figure[]} figures
 * @property {string} [notes]
 *
 * @typedef {{ what: string, value: number, unit: string, goal?: number }} Figure
 */

/**
 * Runs the fault tests of a folder, one after the other.
 * @param {string} folder
 * @param {{ size: string, only?: string | undefined, env?: Record<string, string> }} options
 * @returns {Promise<{ code: number, rows: Row[] }>} rows in the order of the runs
 */
export async function runFaults(folder, { size, only, env = {} }) {
  const outcomes = mkdtempSync(join(tmpdir(), 'banter-faults-'));
  const filter = only === undefined ? [] : ['-t', only];
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'scenario', '--maxWorkers=1'];
  try {
    const { code } = await run('node', [...vitest, ...filter, folder], {
      env: { ...env, FAULTS: size, FAULTS_OUTCOMES: outcomes },
    });
    const files = readdirSync(outcomes).sort();
    return { code, rows: files.map((file) => JSON.parse(readFileSync(join(outcomes, file), 'utf8'))) };
  } finally {
    rmSync(outcomes, { recursive: true, force: true });
  }
}

/**
 * Formats a measured value with its goal. A missed goal is in bold.
 * @param {Figure} figure
 */
export function formatFigure({ what, value, unit, goal }) {
  const measured = `${what} ${formatAmount(value, unit)}`;
  if (goal === undefined) return measured;
  return value <= goal
    ? `${measured} (at most ${formatAmount(goal, unit)})`
    : `**${measured}, over ${formatAmount(goal, unit)}**`;
}

/**
 * Formats a duration: `120 ms`, `1.5 s`.
 * @param {number} ms
 */
export function formatMs(ms) {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/**
 * Replaces the text between `<!-- name: … -->` and `<!-- /name -->` in docs/reliability.md.
 * @param {string} name
 * @param {string} text
 */
export function updateDocument(name, text) {
  const file = join(root, 'docs/reliability.md');
  const old = readFileSync(file, 'utf8');
  const place = new RegExp(`(<!-- ${name}: .*? -->).*?(<!-- /${name} -->)`, 's');
  if (!place.test(old))
    throw new Error(`Add the marks <!-- ${name}: … --> and <!-- /${name} --> to ${file}.`);
  writeFileSync(
    file,
    old.replace(place, (_, begin, end) => `${begin}\n\n${text}\n\n${end}`),
  );
  process.stdout.write('\nUpdated docs/reliability.md.\n');
}

/**
 * @param {number} value
 * @param {string} unit
 */
function formatAmount(value, unit) {
  return unit === 'ms' ? formatMs(value) : `${Number(value.toPrecision(3))} ${unit}`.trim();
}
