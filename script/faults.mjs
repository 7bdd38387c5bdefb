// make faults: runs every fault at full size and writes the results into the table of docs/reliability.md.
// SIZE=short runs the small size of the test suite and only prints. ONLY=WORDS runs the faults whose test name has them.

import { cpus } from 'node:os';
import { secondsSince } from './command.mjs';
import { formatFigure, formatMs, runFaults, updateDocument } from './outcomes.mjs';

/** @typedef {import('./outcomes.mjs').Row} Row */

/** Without a failure in n trials, the failure rate is below 3/n with 95 % confidence. */
const RULE_OF_THREE = 3;

const { SIZE: size = 'full', ONLY: only } = process.env;
const startedMs = performance.now();
const { code, rows } = await runFaults('packages/server/test/faults/', { size, only });
const report = [
  tableOf(rows),
  '',
  totalsOf(rows),
  `The run took ${secondsSince(startedMs)} on ${cpus().length} cores with Node ${process.versions.node}.`,
].join('\n');
process.stdout.write(`\n${report}\n`);
if (size === 'full' && only === undefined && code === 0) updateDocument('faults', report);
process.exitCode = code;

/** @param {Row[]} rows */
function tableOf(rows) {
  const lines = rows.map(({ name, trials, acked, violations, broken, recovery, figures }) => {
    const times = recovery ? `${formatMs(recovery.p50)} / ${formatMs(recovery.p99)}` : '–';
    const own = [...figures.map(formatFigure), ...broken.map((text) => `**failed: ${text}**`)].join('; ');
    return [name, trials, acked.toLocaleString('en'), violations, times, own || '–'];
  });
  const head = ['fault', 'trials', 'acked', 'violations', 'recovery, p50 / p99', 'other figures'];
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** @param {Row[]} rows */
function totalsOf(rows) {
  const acked = rows.reduce((sum, row) => sum + row.acked, 0);
  const violations = rows.reduce((sum, row) => sum + row.violations, 0);
  const bound =
    violations === 0
      ? `: with 95 % confidence, fewer than ${(RULE_OF_THREE / acked).toExponential(0)} losses per message`
      : '';
  return `In total ${acked.toLocaleString('en')} acknowledged messages and ${violations} violations${bound}.`;
}
