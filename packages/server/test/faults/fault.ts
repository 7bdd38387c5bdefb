/** What a fault is: a scenario with the judge at its end, at two sizes, and what came of it. */

import type { Violation } from '../history/check.ts';
import type { Verdict } from '../history/run.ts';

/** `short`: in the suite, seconds. `full`: by `make faults`, minutes. */
export type Size = 'short' | 'full';

export type Fault = {
  /** Its row in the table. */
  name: string;
  /** The sentence that a test proves with it; it begins with the rule's id. */
  proves: string;
  run(size: Size): Promise<Outcome>;
};

/** A measured value and what it should be at most; shown, never asserted: it hangs on the machine. */
export type Figure = { what: string; value: number; unit: Unit; goal?: number };
export type Unit = 'ms' | 'MiB' | 'times' | 'MiB/min' | '/min' | '';

export type Outcome = {
  /** How often the fault happened. */
  trials: number;
  acked: number;
  violations: Violation[];
  /** What else must hold and did not, in sentences. */
  broken: string[];
  /** How long it took to be well again, one for each client or trial, in milliseconds. */
  recoveriesMs: number[];
  figures: readonly Figure[];
  /** More to show, in Markdown. */
  notes?: string;
};

/** What a verdict and the fault's own measurements come to. `recoveriesMs`: those of lost connections, unless given. */
export function outcomeOf(
  { figures: { acked, recoveriesMs }, violations }: Verdict,
  own: Partial<Outcome> & { trials: number },
): Outcome {
  return { acked, violations, broken: [], recoveriesMs, figures: [], ...own };
}

/** One after the other, as one: a long run in pieces whose histories fit into memory. Figures are the worst ones. */
export async function inRounds(count: number, run: () => Promise<Outcome>): Promise<Outcome> {
  let sum = await run();
  for (let round = 1; round < count; round++) sum = add(sum, await run());
  return sum;
}

/** The sentences whose condition does not hold. */
export function unless(conditions: Record<string, boolean>): string[] {
  return Object.keys(conditions).filter((sentence) => !conditions[sentence]);
}

function add(a: Outcome, b: Outcome): Outcome {
  return {
    trials: a.trials + b.trials,
    acked: a.acked + b.acked,
    violations: [...a.violations, ...b.violations],
    broken: [...a.broken, ...b.broken],
    recoveriesMs: [...a.recoveriesMs, ...b.recoveriesMs],
    figures: a.figures.map((figure, i) => ({
      ...figure,
      value: Math.max(figure.value, b.figures[i]?.value ?? 0),
    })),
  };
}
