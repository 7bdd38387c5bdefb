/** The check of access: AUTH. */

import type { Finding } from '../check.ts';
import { type IndexedHistory, is, type Line, listIn, memberKey, type Stay } from '../indexed.ts';
import type { FinalState, Row } from '../state.ts';

/** The seqs between `after` and `until`, at which a person was not a member. Connections opened after `backAt` may read them. */
type Absence = { after: number; until: number; backAt: number };

/** A leave or kick at seq k is a fence. Above k the person receives nothing, and stores nothing [A3]. */
export function auth({ lines, stays }: IndexedHistory, state: FinalState): Finding[] {
  const absences = new Map<string, Absence[]>();
  for (const { roomId, rows } of state.values()) {
    for (const [userId, found] of absencesOf(rows, (userId) => stays.get(memberKey(roomId, userId)) ?? []))
      absences.set(memberKey(roomId, userId), found);
  }
  const received = [...lines.values()].flatMap((line) =>
    judgeLine(line, absences.get(memberKey(line.roomId, line.userId))),
  );
  const stored = [...state.values()].flatMap(({ rows }) =>
    rows.flatMap((row) => judgeStored(row, absences.get(memberKey(row.roomId, row.userId)))),
  );
  return [...received, ...stored];
}

/**
 * Reconstructs the absences from the rooms' events. A return begins with the recorded act that caused it. Without such a
 * record it may have happened at any time.
 */
function absencesOf(
  rows: readonly Row[],
  staysOf: (userId: number) => readonly Stay[],
): Map<number, Absence[]> {
  const absences = new Map<number, Absence[]>();
  const members = new Set<number>();
  const returns = new Map<number, Stay[]>();
  const returnsOf = (member: number) => {
    const known = returns.get(member) ?? staysOf(member).filter(({ direction }) => direction === 'in');
    returns.set(member, known);
    return known;
  };
  for (const { kind, userId, target, seq } of rows) {
    const member = kind === 'kick' || kind === 'role' ? target : userId;
    if (member === null) continue;
    const before = listIn(absences, member);
    if (kind === 'leave' || kind === 'kick') {
      members.delete(member);
      before.push({ after: seq, until: Number.POSITIVE_INFINITY, backAt: Number.POSITIVE_INFINITY });
    } else if ((kind === 'join' || kind === 'role') && !members.has(member)) {
      members.add(member);
      const absence = before.at(-1);
      if (absence) {
        absence.until = seq;
        absence.backAt = returnsOf(member)[before.length - 1]?.invokedAt ?? 0;
      }
    }
  }
  return absences;
}

/** A connection that asked before the return asked as a former member, and the fence ended that. */
function judgeLine(
  { roomId, userId, connection, entries }: Line,
  absences: readonly Absence[] = [],
): Finding[] {
  if (absences.length === 0) return [];
  const askedAt = entries.find((entry) => is(entry, 'asked'))?.t ?? 0;
  const fences = absences.filter(({ backAt }) => askedAt < backAt);
  return entries.flatMap((entry) => {
    if (!is(entry, 'received')) return [];
    const fence = absenceAt(fences, entry.seq);
    if (!fence) return [];
    const text = `room ${roomId}: ${connection} received ${entry.seq}, although account ${userId} left at ${fence.after}`;
    return [{ text, evidence: [entry] }];
  });
}

function judgeStored(row: Row, absences: readonly Absence[] = []): Finding[] {
  const absence = absenceAt(absences, row.seq);
  if (!absence || row.kind !== 'message') return [];
  const text = `room ${row.roomId}: account ${row.userId} stored ${row.seq}, although it left at ${absence.after}`;
  return [{ text, evidence: [] }];
}

/** Returns the absence that contains a seq, or null. They are sorted and do not overlap, so a binary search finds it. */
function absenceAt(absences: readonly Absence[], seq: number): Absence | null {
  let [low, high] = [0, absences.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((absences[middle]?.after ?? seq) < seq) low = middle + 1;
    else high = middle;
  }
  const absence = absences[low - 1];
  return absence && seq < absence.until ? absence : null;
}
