// make soak MINUTES=15: mixed load with something killed every 30 s, and what became of memory and descriptors.

import { cpus } from 'node:os';
import { document, runFaults, tellFigure } from './outcomes.mjs';

const DEFAULT_MINUTES = 15;
/** A shorter run says nothing about what grows. */
const DOCUMENTED_FROM_MINUTES = 10;

const minutes = Number(process.env.MINUTES || DEFAULT_MINUTES);
if (!(minutes > 0)) throw new Error(`MINUTES is ${process.env.MINUTES}: give a number above 0`);
const { code, rows } = await runFaults('packages/server/test/soak/', {
  size: 'full',
  env: { SOAK_MINUTES: String(minutes) },
});
const [row] = rows;
if (row) {
  const { acked, violations, trials, broken, figures, notes = '' } = row;
  const report = [
    `${minutes} minutes, ${trials} kills, ${acked.toLocaleString('en')} acknowledged messages, ${violations} violations; ` +
      `${[...figures.map(tellFigure), ...broken].join('; ')}. ${cpus().length} cores, Node ${process.versions.node}.`,
    '',
    notes,
  ].join('\n');
  process.stdout.write(`\n${report}\n`);
  if (code === 0 && minutes >= DOCUMENTED_FROM_MINUTES) document('soak', report);
}
process.exitCode = code;
