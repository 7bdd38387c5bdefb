/** Measurements that individual faults need. */

import { ERRORS, type ErrorCode } from '@banter/protocol';
import { type Spread, spreadOf } from '../history/figures.ts';
import { indexHistory, is } from '../history/indexed.ts';
import type { Closed, Entry, History } from '../history/record.ts';

/** The number of bytes in a MiB. */
export const MIB = 1024 * 1024;

/** Returns the largest value; 0 for an empty list. */
export function worst(values: readonly number[]): number {
  return values.reduce((max, value) => Math.max(max, value), 0);
}

/** Returns a / b; 0 if one of them could not be measured. */
export function ratio(a = 0, b = 0): number {
  return b === 0 ? 0 : a / b;
}

/** Returns the milliseconds from a moment to the next ok; infinite if none follows. */
export function untilAck({ entries }: History, moment: number): number {
  const ok = entries.find((entry) => is(entry, 'ok') && entry.t >= moment);
  return ok ? ok.t - moment : Number.POSITIVE_INFINITY;
}

/** Returns the times to an ok, for attempts between two moments. */
export function acksBetween(history: History, from: number, to = Number.POSITIVE_INFINITY): Spread {
  const took = indexHistory(history).attempts.flatMap(({ invoke, end }) =>
    end && is(end, 'ok') && invoke.t >= from && end.t <= to ? [end.t - invoke.t] : [],
  );
  return spreadOf(took);
}

/** Returns the codes of all rejections, each once. */
export function refusalCodes({ entries }: History): string[] {
  return [...new Set(entries.flatMap((entry) => (is(entry, 'refused') ? [entry.code] : [])))];
}

/** Tells whether there are rejections, and all of them are retryable. */
export function areRetryable(codes: readonly string[]): boolean {
  return codes.length > 0 && codes.every((code) => ERRORS[code as ErrorCode].retryable);
}

/** Returns the times from sending a message to its arrival at readers other than `without`, between two moments. */
export function deliveriesBetween(
  history: History,
  from: number,
  to: number,
  without: ReadonlySet<number>,
): Spread {
  const sentAt = new Map<string, number>();
  const took: number[] = [];
  for (const entry of history.entries) {
    if (is(entry, 'invoke') && entry.t >= from && !sentAt.has(entry.id)) sentAt.set(entry.id, entry.t);
    if (!is(entry, 'received') || entry.id === null || entry.t > to || without.has(entry.userId)) continue;
    const since = sentAt.get(entry.id);
    if (since !== undefined) took.push(entry.t - since);
  }
  return spreadOf(took);
}

/** Returns the connections lost since a moment. */
export function closesSince({ entries }: History, from: number): Entry<Closed>[] {
  return entries.filter((entry): entry is Entry<Closed> => is(entry, 'closed') && entry.t >= from);
}
