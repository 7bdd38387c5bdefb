/** Faults: scenarios in two sizes, with the judge at their end, and their outcomes. */

import type { Violation } from '../history/check.ts';
import type { Verdict } from '../history/run.ts';

/** `short` runs in the test suite and takes seconds. `full` runs with `make faults` and takes minutes. */
export type Size = 'short' | 'full';

/** A scenario in which something breaks. */
export type Fault = {
  /** The name of its row in the table. */
  name: string;
  /** The test's name: a sentence that begins with a rule's id. */
  proves: string;
  /** Runs the scenario and judges it. */
  run(size: Size): Promise<Outcome>;
};

/** A measured value and its upper limit. The limit is shown, not asserted, because the value depends on the machine. */
export type Figure = { what: string; value: number; unit: Unit; goal?: number };
/** The unit of a figure. `×` is a ratio. */
export type Unit = 'ms' | 'MiB' | '×' | 'MiB/min' | '/min' | '';

/** The result of a fault. */
export type Outcome = {
  /** The number of times that the fault happened. */
  trials: number;
  /** Acknowledged messages. */
  acked: number;
  violations: Violation[];
  /** Further expectations that failed, as sentences. */
  broken: string[];
  /** The times to recovery, one for each client or trial, in milliseconds. */
  recoveriesMs: number[];
  figures: readonly Figure[];
  /** Further text for the document, in Markdown. */
  notes?: string;
};

/** Combines a verdict and the fault's own measurements. `recoveriesMs` are those of lost connections, unless given. */
export function outcomeOf(
  { figures: { acked, recoveriesMs }, violations }: Verdict,
  own: Partial<Outcome> & { trials: number },
): Outcome {
  return { acked, violations, broken: [], recoveriesMs, figures: [], ...own };
}

/** Runs a scenario several times, so that each history fits into memory, and adds up the outcomes. Keeps the worst figures. */
export async function inRounds(count: number, run: () => Promise<Outcome>): Promise<Outcome> {
  let sum = await run();
  for (let round = 1; round < count; round++) sum = add(sum, await run());
  return sum;
}

/** Returns the sentences whose condition is false. */
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
