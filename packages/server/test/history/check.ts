/** The checker: reads a history and the final state, and says which promises were broken, with the evidence. */

import { auth } from './checks/access.ts';
import { converge, gap, phantom } from './checks/delivery.ts';
import { dense, fifo, realtime } from './checks/order.ts';
import { dup, ghost, liveness, lost } from './checks/sends.ts';
import { type IndexedHistory, indexHistory } from './indexed.ts';
import type { Entry, History } from './record.ts';
import type { FinalState } from './state.ts';

/** A broken promise in a sentence, and the entries that show it. */
export type Finding = { text: string; evidence: Entry[] };
export type Violation = Finding & { check: CheckName };

/** One promise. Its time grows with the history's length, but for sorting. */
export type Check = (history: IndexedHistory, state: FinalState) => Finding[];

/** Every promise by its name. */
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

export type CheckName = keyof typeof CHECKS;

/** All violations, in the order of the table. */
export function check(history: History, state: FinalState): Violation[] {
  const indexed = indexHistory(history);
  return (Object.keys(CHECKS) as CheckName[]).flatMap((name) =>
    CHECKS[name](indexed, state).map((finding) => ({ check: name, ...finding })),
  );
}

/** How many violations are told in full. */
const TOLD_MAX = 5;

/** How many there are of each kind. */
export function count(violations: readonly Violation[]): string {
  const counts = new Map<CheckName, number>();
  for (const { check } of violations) counts.set(check, (counts.get(check) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ') || 'no violation';
}

/** The violations as people read them. */
export function explain(violations: readonly Violation[]): string {
  const told = violations.slice(0, TOLD_MAX).map(({ check, text, evidence }) => {
    const lines = evidence.map((entry) => `    ${entry.t.toFixed(1)} ms ${JSON.stringify(entry)}`);
    return [`  ${check}: ${text}`, ...lines].join('\n');
  });
  return [count(violations), ...told].join('\n');
}
