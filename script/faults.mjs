// make faults: every fault at full size, and the table of docs/reliability.md from what came of it.
// SIZE=short runs what the suite runs and only prints. ONLY=WORDS runs the faults whose sentence has these words.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run, secondsSince } from './command.mjs';

const DOCUMENT = join(root, 'docs/reliability.md');
const BEGIN = '<!-- faults: written by make faults -->';
const END = '<!-- /faults -->';
/** No failure in n trials says, with 95 % confidence, that the rate is under three in n. */
const RULE_OF_THREE = 3;

/**
 * @typedef {object} Row what the tests leave of one fault
 * @property {string} name
 * @property {number} trials
 * @property {number} acked
 * @property {number} violations
 * @property {string[]} broken
 * @property {{ p50: number, p99: number } | null} recovery
 * @property {Array<{ what: string, value: number, unit: string, goal?: number }>} figures
 */

const { SIZE: size = 'full', ONLY: only } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'banter-faults-'));
try {
  process.exitCode = await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function main() {
  const startedMs = performance.now();
  const filter = only === undefined ? [] : ['-t', only];
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'scenario', '--maxWorkers=1'];
  const { code } = await run('node', [...vitest, ...filter, 'packages/server/test/faults/'], {
    env: { FAULTS: size, FAULTS_OUTCOMES: folder },
  });
  const rows = readRows();
  const told = [
    tableOf(rows),
    '',
    sumOf(rows),
    `Run in ${secondsSince(startedMs)} with ${cpus().length} cores, Node ${process.versions.node}.`,
  ].join('\n');
  process.stdout.write(`\n${told}\n`);
  if (size === 'full' && only === undefined && code === 0) {
    replaceIn(DOCUMENT, told);
    process.stdout.write('\ndocs/reliability.md has this table now\n');
  }
  return code;
}

/** @returns {Row[]} in the order in which they ran */
function readRows() {
  return readdirSync(folder)
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
}

/** @param {Row[]} rows */
function tableOf(rows) {
  const lines = rows.map(({ name, trials, acked, violations, broken, recovery, figures }) => {
    const back = recovery ? `${inTime(recovery.p50)} / ${inTime(recovery.p99)}` : '–';
    const own = [...figures.map(tellFigure), ...broken.map((text) => `**broken: ${text}**`)].join('; ');
    return [name, trials, acked.toLocaleString('en'), violations, back, own || '–'];
  });
  const head = ['fault', 'trials', 'acked', 'violations', 'well again, p50 / p99', 'its own figures'];
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** @param {Row['figures'][number]} figure */
function tellFigure({ what, value, unit, goal }) {
  const told = `${what} ${amount(value, unit)}`;
  if (goal === undefined) return told;
  return value <= goal
    ? `${told} (at most ${amount(goal, unit)})`
    : `**${told}, over ${amount(goal, unit)}**`;
}

/**
 * @param {number} value
 * @param {string} unit
 */
function amount(value, unit) {
  return unit === 'ms' ? inTime(value) : `${Number(value.toPrecision(3))} ${unit}`.trim();
}

/** @param {number} ms */
function inTime(ms) {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

/** @param {Row[]} rows */
function sumOf(rows) {
  const acked = rows.reduce((sum, row) => sum + row.acked, 0);
  const violations = rows.reduce((sum, row) => sum + row.violations, 0);
  const bound =
    violations === 0
      ? `: fewer than ${(RULE_OF_THREE / acked).toExponential(0)} lost per message (95 %)`
      : '';
  return `Together ${acked.toLocaleString('en')} acknowledged messages and ${violations} violations${bound}.`;
}

/**
 * @param {string} file
 * @param {string} text what shall stand between the marks
 */
function replaceIn(file, text) {
  const old = readFileSync(file, 'utf8');
  const [from, to] = [old.indexOf(BEGIN), old.indexOf(END)];
  if (from === -1 || to === -1) throw new Error(`${file} has no place between ${BEGIN} and ${END}`);
  writeFileSync(file, `${old.slice(0, from)}${BEGIN}\n\n${text}\n\n${old.slice(to)}`);
}
