/** Computes the figures of a run from its history. */

import { type Attempt, indexHistory, is } from './indexed.ts';
import type { Entry, History } from './record.ts';

/** The figures of a run. */
export type Figures = {
  /** Sends with at least one ok. */
  acked: number;
  /** Rejected attempts. */
  refused: number;
  /** Attempts without an answer. */
  unknown: number;
  /** Received events. */
  received: number;
  /** Lost connections. */
  lost: number;
  /** Milliseconds from an attempt to its ok. */
  ack: Spread;
  /** Milliseconds from an attempt to its rejection. */
  refusal: Spread;
  /** Milliseconds from a lost connection to the first live room of the next one. */
  recovery: Spread;
  /** The single values of `recovery`. */
  recoveriesMs: number[];
};

/** A distribution in milliseconds; null without values. */
export type Spread = { p50: number; p99: number; max: number } | null;

/** Computes the figures. */
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

/** Formats the figures in one line. */
export function formatFigures({
  acked,
  refused,
  unknown,
  received,
  lost,
  ack,
  refusal,
  recovery,
}: Figures): string {
  return [
    `${acked} acked, ${refused} attempts rejected, ${unknown} unknown, ${received} received, ${lost} connections lost`,
    `ack ${formatSpread(ack)}`,
    `rejection ${formatSpread(refusal)}`,
    `recovery ${formatSpread(recovery)}`,
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

/** Returns the median, the 99th percentile and the maximum; null for an empty list. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function formatSpread(spread: Spread): string {
  if (!spread) return 'none';
  return `p50 ${Math.round(spread.p50)} p99 ${Math.round(spread.p99)} max ${Math.round(spread.max)} ms`;
}
