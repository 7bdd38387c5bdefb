// What faults leave when they are run at full size: read, told in words, and put into a document.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run } from './command.mjs';

/**
 * @typedef {object} Row what the tests leave of one fault
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
 * Runs the faults of a folder, one after the other.
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
 * A measured value beside its goal; one that misses it is in bold.
 * @param {Figure} figure
 */
export function tellFigure({ what, value, unit, goal }) {
  const told = `${what} ${amount(value, unit)}`;
  if (goal === undefined) return told;
  return value <= goal
    ? `${told} (at most ${amount(goal, unit)})`
    : `**${told}, over ${amount(goal, unit)}**`;
}

/** @param {number} ms */
export function inTime(ms) {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/**
 * Replaces what stands between `<!-- name: … -->` and `<!-- /name -->` in docs/reliability.md.
 * @param {string} name
 * @param {string} text
 */
export function document(name, text) {
  const file = join(root, 'docs/reliability.md');
  const old = readFileSync(file, 'utf8');
  const place = new RegExp(`(<!-- ${name}: .*? -->).*?(<!-- /${name} -->)`, 's');
  if (!place.test(old)) throw new Error(`${file} has no place for ${name}`);
  writeFileSync(
    file,
    old.replace(place, (_, begin, end) => `${begin}\n\n${text}\n\n${end}`),
  );
  process.stdout.write('\ndocs/reliability.md says so now\n');
}

/**
 * @param {number} value
 * @param {string} unit
 */
function amount(value, unit) {
  return unit === 'ms' ? inTime(value) : `${Number(value.toPrecision(3))} ${unit}`.trim();
}
