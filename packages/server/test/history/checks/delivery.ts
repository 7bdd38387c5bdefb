/** The checks of delivery: PHANTOM, GAP, CONVERGE. */

import type { Finding } from '../check.ts';
import { type IndexedHistory, is, type Line, lineKey } from '../indexed.ts';
import type { Entry, Received } from '../record.ts';
import type { FinalState, Row } from '../state.ts';

/** Every received event is stored with the same fields [S6], and history shows the stored messages. */
export function phantom({ entries }: IndexedHistory, state: FinalState): Finding[] {
  const findings: Finding[] = [];
  const rows = new Map<string, Row>();
  for (const room of state.values()) for (const row of room.rows) rows.set(`${room.roomId}:${row.seq}`, row);
  for (const entry of entries) {
    if (!is(entry, 'received')) continue;
    const row = rows.get(`${entry.roomId}:${entry.seq}`);
    if (row && isSame(entry, row)) continue;
    const text = `room ${entry.roomId}: received a ${entry.type} with seq ${entry.seq}, but the store has ${JSON.stringify(row)}`;
    findings.push({ text, evidence: [entry] });
  }
  for (const { roomId, shown } of state.values()) {
    for (const message of shown) {
      const row = rows.get(`${roomId}:${message.seq}`);
      if (row?.id !== message.id || row.hash !== message.hash || row.userId !== message.userId)
        findings.push({
          text: `room ${roomId}: history shows ${message.seq} differently from the store`,
          evidence: [],
        });
    }
  }
  return findings;
}

/** A connection receives a room's events from its cursor on, without gaps and without repeats [R1] [O2]. */
export function gap({ lines }: IndexedHistory): Finding[] {
  return [...lines.values()].flatMap(gapsOf);
}

/** In the end every open connection has reached the head of its person's rooms, and every member has a connection. */
export function converge({ lines, entries }: IndexedHistory, state: FinalState): Finding[] {
  const open = openInTheEnd(entries);
  return [...state.values()].flatMap((room) =>
    [...room.members].flatMap((userId) => {
      const connections = open.get(userId);
      if (!connections) return [];
      const head = `room ${room.roomId}: the head is ${room.lastSeq}`;
      if (connections.size === 0)
        return [{ text: `${head}, but account ${userId} has not reconnected`, evidence: [] }];
      return [...connections].flatMap((connection) => {
        const line = lines.get(lineKey(connection, room.roomId));
        const position = line ? positionOf(line) : 0;
        if (position === room.lastSeq) return [];
        const text = `${head}, but ${connection} has reached ${position}`;
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
  /** The seq up to which this connection has everything. Null while it does not follow the room. */
  let position: number | null = null;
  /** The server may start again by itself, with the event that makes the person a member. */
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
      // A returning member may be live before the join event arrives.
      if (position !== null && !mayBegin && position !== entry.head)
        report(`was live at ${entry.head}, after ${position}`, entry);
      position = entry.head;
    } else if (is(entry, 'received')) {
      const begins = mayBegin && entersBy(entry, userId);
      if (position !== null && !begins && entry.seq !== position + 1)
        report(`received ${entry.seq} after ${position}`, entry);
      if (position === null && !begins) report(`received ${entry.seq} before it was live`, entry);
      position = Math.max(position ?? 0, entry.seq);
      mayBegin = leavesBy(entry, userId);
    }
    before = entry;
  }
  return findings;
}

/** Tells whether an event may make this person a member. */
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

/** Returns the connections that each person has in the end; an empty set for a person who did not reconnect. */
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
