// make faults: every fault at full size, and the table of docs/reliability.md from what came of it.
// SIZE=short runs what the suite runs and only prints. ONLY=WORDS runs the faults whose sentence has these words.

import { cpus } from 'node:os';
import { secondsSince } from './command.mjs';
import { document, inTime, runFaults, tellFigure } from './outcomes.mjs';

/** @typedef {import('./outcomes.mjs').Row} Row */

/** No failure in n trials says, with 95 % confidence, that the rate is under three in n. */
const RULE_OF_THREE = 3;

const { SIZE: size = 'full', ONLY: only } = process.env;
const startedMs = performance.now();
const { code, rows } = await runFaults('packages/server/test/faults/', { size, only });
const report = [
  tableOf(rows),
  '',
  sumOf(rows),
  `Run in ${secondsSince(startedMs)} with ${cpus().length} cores, Node ${process.versions.node}.`,
].join('\n');
process.stdout.write(`\n${report}\n`);
if (size === 'full' && only === undefined && code === 0) document('faults', report);
process.exitCode = code;

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
