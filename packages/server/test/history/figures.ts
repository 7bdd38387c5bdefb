/** The figures of a run, from its history. */

import { type Attempt, indexHistory, is } from './indexed.ts';
import type { Entry, History } from './record.ts';

export type Figures = {
  /** Sends with at least one ok. */
  acked: number;
  /** Attempts that were refused, and those that had no answer. */
  refused: number;
  unknown: number;
  received: number;
  /** Connections lost. */
  lost: number;
  /** Milliseconds from an attempt to its ok, to its refusal, and from a lost connection to the first live room of the next. */
  ack: Spread;
  refusal: Spread;
  recovery: Spread;
  /** What `recovery` is made of. */
  recoveriesMs: number[];
};

/** Null where there is nothing to measure. */
export type Spread = { p50: number; p99: number; max: number } | null;

export function figuresOf(history: History): Figures {
  const { attempts, sends, entries } = indexHistory(history);
  const ended = (kind: 'ok' | 'refused' | 'unknown') => attempts.filter(({ end }) => end?.kind === kind);
  const recoveriesMs = recoveries(entries);
  return {
    acked: [...sends.values()].filter((send) => send.attempts.some(({ end }) => end?.kind === 'ok')).length,
    refused: ended('refused').length,
    unknown: ended('unknown').length,
    received: entries.filter((entry) => is(entry, 'received')).length,
    lost: entries.filter((entry) => is(entry, 'closed')).length,
    ack: spreadOf(ended('ok').map(durationOf)),
    refusal: spreadOf(ended('refused').map(durationOf)),
    recovery: spreadOf(recoveriesMs),
    recoveriesMs,
  };
}

/** The figures in one line. */
export function tell({ acked, refused, unknown, received, lost, ack, refusal, recovery }: Figures): string {
  return [
    `${acked} acked, ${refused} attempts refused, ${unknown} unknown, ${received} received, ${lost} lines lost`,
    `ack ${tellSpread(ack)}`,
    `refusal ${tellSpread(refusal)}`,
    `recovery ${tellSpread(recovery)}`,
  ].join('; ');
}

function durationOf({ invoke, end }: Attempt): number {
  return (end?.t ?? invoke.t) - invoke.t;
}

function recoveries(entries: readonly Entry[]): number[] {
  const lostAt = new Map<number, number>();
  const durations: number[] = [];
  for (const entry of entries) {
    if (is(entry, 'closed')) lostAt.set(entry.userId, lostAt.get(entry.userId) ?? entry.t);
    if (!is(entry, 'live')) continue;
    const since = lostAt.get(entry.userId);
    if (since === undefined) continue;
    durations.push(entry.t - since);
    lostAt.delete(entry.userId);
  }
  return durations;
}

/** The values' middle, near-worst and worst. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function tellSpread(spread: Spread): string {
  if (!spread) return 'none';
  return `p50 ${Math.round(spread.p50)} p99 ${Math.round(spread.p99)} max ${Math.round(spread.max)} ms`;
}
