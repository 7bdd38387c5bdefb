// make soak MINUTES=15: runs mixed load with a kill every 30 s, and reports the growth of memory and descriptors.

import { cpus } from 'node:os';
import { formatFigure, runFaults, updateDocument } from './outcomes.mjs';

const DEFAULT_MINUTES = 15;
/** A shorter run does not show growth, so it does not update the document. */
const DOCUMENTED_FROM_MINUTES = 10;

const minutes = Number(process.env.MINUTES || DEFAULT_MINUTES);
if (!(minutes > 0)) throw new Error(`MINUTES is ${process.env.MINUTES}. Set it to a number above 0.`);
const { code, rows } = await runFaults('packages/server/test/soak/', {
  size: 'full',
  env: { SOAK_MINUTES: String(minutes) },
});
const [row] = rows;
if (row) {
  const { acked, violations, trials, broken, figures, notes = '' } = row;
  const report = [
    `${minutes} minutes, ${trials} kills, ${acked.toLocaleString('en')} acknowledged messages, ${violations} violations; ` +
      `${[...figures.map(formatFigure), ...broken].join('; ')}. ${cpus().length} cores, Node ${process.versions.node}.`,
    '',
    notes,
  ].join('\n');
  process.stdout.write(`\n${report}\n`);
  if (code === 0 && minutes >= DOCUMENTED_FROM_MINUTES) updateDocument('soak', report);
}
process.exitCode = code;
