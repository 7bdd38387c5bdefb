/** What clients were told: PHANTOM, GAP, CONVERGE. */

import type { Finding } from '../check.ts';
import { type IndexedHistory, is, type Line, lineKey } from '../indexed.ts';
import type { Entry, Received } from '../record.ts';
import type { FinalState, Row } from '../state.ts';

/** Every event that came is in the store, the same in all its parts [S6]; history shows what the store has. */
export function phantom({ entries }: IndexedHistory, state: FinalState): Finding[] {
  const findings: Finding[] = [];
  const rows = new Map<string, Row>();
  for (const room of state.values()) for (const row of room.rows) rows.set(`${room.roomId}:${row.seq}`, row);
  for (const entry of entries) {
    if (!is(entry, 'received')) continue;
    const row = rows.get(`${entry.roomId}:${entry.seq}`);
    if (row && isSame(entry, row)) continue;
    const text = `room ${entry.roomId}: a ${entry.type} came as ${entry.seq}, where the store has ${JSON.stringify(row)}`;
    findings.push({ text, evidence: [entry] });
  }
  for (const { roomId, shown } of state.values()) {
    for (const message of shown) {
      const row = rows.get(`${roomId}:${message.seq}`);
      if (row?.id !== message.id || row.hash !== message.hash || row.userId !== message.userId)
        findings.push({
          text: `room ${roomId}: history shows ${message.seq} otherwise than the store`,
          evidence: [],
        });
    }
  }
  return findings;
}

/** On each connection a room's events come without a hole and without a repeat, from where it was asked to begin [R1] [O2]. */
export function gap({ lines }: IndexedHistory): Finding[] {
  return [...lines.values()].flatMap(gapsOf);
}

/** In the end every connection that is still open has reached the head of its person's rooms, and everybody has one. */
export function converge({ lines, entries }: IndexedHistory, state: FinalState): Finding[] {
  const open = openInTheEnd(entries);
  return [...state.values()].flatMap((room) =>
    [...room.members].flatMap((userId) => {
      const connections = open.get(userId);
      if (!connections) return [];
      const told = `room ${room.roomId}: the head is ${room.lastSeq}`;
      if (connections.size === 0)
        return [{ text: `${told}, but account ${userId} has not come back`, evidence: [] }];
      return [...connections].flatMap((connection) => {
        const line = lines.get(lineKey(connection, room.roomId));
        const position = line ? positionOf(line) : 0;
        if (position === room.lastSeq) return [];
        const text = `${told}, but ${connection} has reached ${position}`;
        return [{ text, evidence: line?.entries.slice(-3) ?? [] }];
      });
    }),
  );
}

function isSame(entry: Received, row: Row): boolean {
  return (
    entry.type === row.kind &&
    entry.by === row.userId &&
    entry.target === row.target &&
    entry.id === row.id &&
    entry.hash === row.hash
  );
}

function gapsOf({ userId, connection, roomId, entries }: Line): Finding[] {
  const findings: Finding[] = [];
  /** The seq up to which this connection has everything; null while it follows nothing. */
  let position: number | null = null;
  /** Whether the server may begin again by itself, with the event that makes the person a member. */
  let mayBegin = false;
  let before: Entry | null = null;
  const report = (text: string, entry: Entry) =>
    findings.push({
      text: `room ${roomId}: ${connection} ${text}`,
      evidence: before ? [before, entry] : [entry],
    });
  for (const entry of entries) {
    if (is(entry, 'asked')) {
      position = entry.after;
      mayBegin = false;
    } else if (is(entry, 'denied')) mayBegin = true;
    else if (is(entry, 'reset')) position = entry.head;
    else if (is(entry, 'live')) {
      // Who comes back may be live before the event of that is delivered.
      if (position !== null && !mayBegin && position !== entry.head)
        report(`was told that it is live at ${entry.head}, after ${position}`, entry);
      position = entry.head;
    } else if (is(entry, 'received')) {
      const begins = mayBegin && entersBy(entry, userId);
      if (position !== null && !begins && entry.seq !== position + 1)
        report(`got ${entry.seq} after ${position}`, entry);
      if (position === null && !begins) report(`got ${entry.seq} before it was live`, entry);
      position = Math.max(position ?? 0, entry.seq);
      mayBegin = leavesBy(entry, userId);
    }
    before = entry;
  }
  return findings;
}

/** Whether an event makes this person a member, as far as can be told from it alone. */
function entersBy({ type, by, target }: Received, userId: number): boolean {
  return type === 'join' ? by === userId : type === 'role' && target === userId;
}

function leavesBy({ type, by, target }: Received, userId: number): boolean {
  return type === 'leave' ? by === userId : type === 'kick' && target === userId;
}

function positionOf({ entries }: Line): number {
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i];
    if (!entry) continue;
    if (is(entry, 'received')) return entry.seq;
    if (is(entry, 'live') || is(entry, 'reset')) return entry.head;
  }
  return 0;
}

/** The connections that each person has in the end; none for one who lost the last and did not come back. */
function openInTheEnd(entries: readonly Entry[]): Map<number, Set<string>> {
  const open = new Map<number, Set<string>>();
  for (const entry of entries) {
    if (is(entry, 'connected')) {
      const connections = open.get(entry.userId) ?? new Set();
      open.set(entry.userId, connections.add(entry.connection));
    } else if (is(entry, 'closed')) open.get(entry.userId)?.delete(entry.connection);
  }
  return open;
}
