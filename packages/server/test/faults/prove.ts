/** Turns faults into tests. `make faults` runs the same tests at full size and collects their outcomes. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explain } from '../history/check.ts';
import { spreadOf } from '../history/figures.ts';
import type { Fault, Figure, Outcome, Size } from './fault.ts';

/** `make faults` sets these: the size, and the folder for the outcomes. */
const { FAULTS: size = 'short', FAULTS_OUTCOMES: folder } = process.env;
const SHORT_MAX_MS = 240_000;
const FULL_MAX_MS = 7_200_000;

/** Declares one test for each fault. */
export function prove(faults: readonly Fault[]): void {
  const timeout = size === 'full' ? FULL_MAX_MS : SHORT_MAX_MS;
  for (const fault of faults) {
    it(fault.proves, { timeout }, async () => {
      const outcome = await fault.run(size as Size);
      await report(fault, outcome);
      expect(explain(outcome.violations)).toBe('no violation');
      expect(outcome.broken).toEqual([]);
    });
  }
}

async function report({ name, proves }: Fault, outcome: Outcome): Promise<void> {
  const { trials, acked, violations, broken, recoveriesMs, figures, notes } = outcome;
  const recovery = spreadOf(recoveriesMs);
  const row = {
    name,
    proves,
    trials,
    acked,
    violations: violations.length,
    broken,
    recovery,
    figures,
    notes,
  };
  process.stdout.write(`${name}: ${figures.map(formatFigure).join('; ')}\n`);
  if (!folder) return;
  // The time keeps the files in the order of the runs.
  const file = `${Date.now()}-${name.replaceAll(/\W+/g, '-')}.json`;
  await writeFile(join(folder, file), JSON.stringify(row));
}

function formatFigure({ what, value, unit, goal }: Figure): string {
  return `${what} ${Number(value.toPrecision(3))} ${unit}${goal === undefined ? '' : ` (goal ${goal})`}`;
}
