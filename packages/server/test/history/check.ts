/** The checker: compares a history with the final state, and reports broken promises with their evidence. */

import { auth } from './checks/access.ts';
import { converge, gap, phantom } from './checks/delivery.ts';
import { dense, fifo, realtime } from './checks/order.ts';
import { dup, ghost, liveness, lost } from './checks/sends.ts';
import { type IndexedHistory, indexHistory } from './indexed.ts';
import type { Entry, History } from './record.ts';
import type { FinalState } from './state.ts';

/** A broken promise: a sentence, and the entries that show it. */
export type Finding = { text: string; evidence: Entry[] };
/** A finding, with the name of its check. */
export type Violation = Finding & { check: CheckName };

/** The check of one promise. Apart from sorting, its time is linear in the history's length. */
export type Check = (history: IndexedHistory, state: FinalState) => Finding[];

/** Every check, by name. */
export const CHECKS = {
  LOST: lost,
  GHOST: ghost,
  DUP: dup,
  DENSE: dense,
  PHANTOM: phantom,
  GAP: gap,
  FIFO: fifo,
  REALTIME: realtime,
  AUTH: auth,
  CONVERGE: converge,
  LIVENESS: liveness,
} as const satisfies Record<string, Check>;

/** The name of a check. */
export type CheckName = keyof typeof CHECKS;

/** Runs all checks. @returns the violations, in the order of the table. */
export function check(history: History, state: FinalState): Violation[] {
  const indexed = indexHistory(history);
  return (Object.keys(CHECKS) as CheckName[]).flatMap((name) =>
    CHECKS[name](indexed, state).map((finding) => ({ check: name, ...finding })),
  );
}

/** The number of violations that are printed in full. */
const EXPLAINED_MAX = 5;

/** Returns the number of violations of each check, as a text. */
export function count(violations: readonly Violation[]): string {
  const counts = new Map<CheckName, number>();
  for (const { check } of violations) counts.set(check, (counts.get(check) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ') || 'no violation';
}

/** Formats the violations for people. */
export function explain(violations: readonly Violation[]): string {
  const explained = violations.slice(0, EXPLAINED_MAX).map(({ check, text, evidence }) => {
    const lines = evidence.map((entry) => `    ${entry.t.toFixed(1)} ms ${JSON.stringify(entry)}`);
    return [`  ${check}: ${text}`, ...lines].join('\n');
  });
  return [count(violations), ...explained].join('\n');
}
