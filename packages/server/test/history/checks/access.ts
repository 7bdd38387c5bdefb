/** Who may see and say what: AUTH. */

import type { Finding } from '../check.ts';
import { type IndexedHistory, is, type Line, listIn, memberKey, type Stay } from '../indexed.ts';
import type { FinalState, Row } from '../state.ts';

/** Above `after` and below `until` somebody was no member. Who comes back may read it later, by asking after `backAt`. */
type Absence = { after: number; until: number; backAt: number };

/** A leave or kick at seq k is a fence: nothing above k goes out to that person, and nothing of theirs is stored [A3]. */
export function auth({ lines, stays }: IndexedHistory, state: FinalState): Finding[] {
  const absences = new Map<string, Absence[]>();
  for (const { roomId, rows } of state.values()) {
    for (const [userId, found] of absencesOf(rows, (userId) => stays.get(memberKey(roomId, userId)) ?? []))
      absences.set(memberKey(roomId, userId), found);
  }
  const seen = [...lines.values()].flatMap((line) =>
    judgeLine(line, absences.get(memberKey(line.roomId, line.userId))),
  );
  const said = [...state.values()].flatMap(({ rows }) =>
    rows.flatMap((row) => judgeStored(row, absences.get(memberKey(row.roomId, row.userId)))),
  );
  return [...seen, ...said];
}

/**
 * Rebuilds who was away when from the rooms' own events. The moment of a return is the beginning of the act that
 * made it; without one on record nothing is known of it, and it may have been at any time.
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

/** What a connection asked for before a return, it asked for as a member of before: the fence has ended that. */
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
    const text = `room ${roomId}: ${connection} got ${entry.seq}, though account ${userId} was out since ${fence.after}`;
    return [{ text, evidence: [entry] }];
  });
}

function judgeStored(row: Row, absences: readonly Absence[] = []): Finding[] {
  const absence = absenceAt(absences, row.seq);
  if (!absence || row.kind !== 'message') return [];
  const text = `room ${row.roomId}: account ${row.userId} stored ${row.seq}, though it was out since ${absence.after}`;
  return [{ text, evidence: [] }];
}

/** The absence that a seq falls into. They stand in order and do not overlap: the last that began before it is the one. */
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
