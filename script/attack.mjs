// make attack: runs every attack at full size against fresh servers, and writes the figures into docs/reliability.md.
// SIZE=short runs the small size of the test suite and only prints. ONLY=WORDS runs the attacks whose test name has them.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, secondsSince } from './command.mjs';
import { formatMs, updateDocument } from './outcomes.mjs';

/**
 * @typedef {{ p50: number, p99: number, count: number, refusals: string[] }} Report
 *
 * @typedef {object} Row the figures of one attack; memory in bytes
 * @property {string} name
 * @property {string} bound
 * @property {string} outcome
 * @property {string[]} broken
 * @property {Report} quiet
 * @property {Report} during
 * @property {{ before: number, after: number, peakGrowth: number }} memory
 */

/** The bystander's p99 may be this many times its quiet value, or this many milliseconds. */
const SLOWER_MAX = 2;
const SLOW_MS = 50;
/** The heap after an attack may be this many times the one before. */
const HEAP_MAX = 1.1;
const MIB = 1024 * 1024;

const { SIZE: size = 'full', ONLY: only } = process.env;
const startedMs = performance.now();
const { code, rows } = await runAttacks();
const report = [
  tableOf(rows),
  '',
  `The run took ${secondsSince(startedMs)} on ${cpus().length} cores, which the attackers shared, with Node ${process.versions.node}.`,
].join('\n');
process.stdout.write(`\n${report}\n`);
if (size === 'full' && only === undefined && code === 0) updateDocument('attacks', report);
process.exitCode = code;

/** @returns {Promise<{ code: number, rows: Row[] }>} rows in the order of the runs */
async function runAttacks() {
  const folder = mkdtempSync(join(tmpdir(), 'banter-attacks-'));
  const filter = only === undefined ? [] : ['-t', only];
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'scenario', '--maxWorkers=1'];
  try {
    const { code } = await run('node', [...vitest, ...filter, 'packages/server/test/attacks/'], {
      env: { ATTACKS: size, ATTACKS_FIGURES: folder },
    });
    const files = readdirSync(folder).sort();
    return { code, rows: files.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8'))) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Row[]} rows */
function tableOf(rows) {
  const lines = rows.map(({ name, bound, outcome, broken, quiet, during, memory }) => [
    name,
    bound || '–',
    [outcome, ...broken.map((text) => `**failed: ${text}**`)].join('; '),
    latency(quiet, during),
    heap(memory),
  ]);
  const head = ['attack', 'bound', 'outcome', "bystander's p99, quiet / during", 'heap before / after, MiB'];
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * @param {Report} quiet
 * @param {Report} during
 */
function latency(quiet, during) {
  const isMet = during.p99 <= Math.max(SLOW_MS, quiet.p99 * SLOWER_MAX);
  return bold(`${formatMs(quiet.p99)} / ${formatMs(during.p99)}`, !isMet);
}

/** @param {Row['memory']} memory */
function heap({ before, after, peakGrowth }) {
  const isMet = after <= before * HEAP_MAX;
  const text = `${(before / MIB).toFixed(1)} / ${(after / MIB).toFixed(1)}`;
  return `${bold(text, !isMet)} (resident +${Math.round(peakGrowth / MIB)} at most)`;
}

/**
 * @param {string} text
 * @param {boolean} isBold
 */
function bold(text, isBold) {
  return isBold ? `**${text}**` : text;
}
