/** Indexes a history for the checks: by sends and their attempts, by connections, and by acts. */

import type { Act, Answered, Entry, Fact, History, Invoke, Refused, Unknown } from './record.ts';

/** One attempt of a send. `end` is null if it never ended. */
export type Attempt = { invoke: Entry<Invoke>; end: Entry<Answered | Refused | Unknown> | null };

/** A message that an author sent to a room under an id, with all attempts. */
export type Send = { userId: number; roomId: number; id: string; hash: string; attempts: Attempt[] };

/** The entries of one connection about one room, in order. */
export type Line = { userId: number; connection: string; roomId: number; entries: Entry[] };

/** An act by which a person joins or leaves a room, after the first join. */
export type Stay = { invokedAt: number; direction: Act['direction'] };

/** The indexed history. */
export type IndexedHistory = {
  /** By sendKey. */
  sends: ReadonlyMap<string, Send>;
  /** In order of their beginning. */
  attempts: readonly Attempt[];
  /** By `connection:roomId`. */
  lines: ReadonlyMap<string, Line>;
  /** By `roomId:userId`. */
  stays: ReadonlyMap<string, readonly Stay[]>;
  entries: readonly Entry[];
};

/** Indexes a history in one pass. */
export function indexHistory({ entries }: History): IndexedHistory {
  const sends = new Map<string, Send>();
  const open = new Map<string, Attempt>();
  const attempts: Attempt[] = [];
  const lines = new Map<string, Line>();
  const stays = new Map<string, Stay[]>();
  for (const entry of entries) {
    if (is(entry, 'invoke')) {
      const attempt: Attempt = { invoke: entry, end: null };
      attempts.push(attempt);
      open.set(attemptKey(entry), attempt);
      sendOf(sends, entry).attempts.push(attempt);
    } else if (is(entry, 'ok') || is(entry, 'refused') || is(entry, 'unknown')) {
      const attempt = open.get(attemptKey(entry));
      if (attempt) attempt.end = entry;
    } else if (is(entry, 'act')) {
      if (entry.phase === 'invoke') {
        listIn(stays, memberKey(entry.roomId, entry.member)).push({
          invokedAt: entry.t,
          direction: entry.direction,
        });
      }
    } else if ('roomId' in entry) lineOf(lines, entry).entries.push(entry);
  }
  return { sends, attempts, lines, stays, entries };
}

/** Returns the key of a send. Other authors and other rooms may have sends with the same id. */
export function sendKey({ roomId, userId, id }: { roomId: number; userId: number; id: string }): string {
  return `${roomId}:${userId}:${id}`;
}

/** Returns the key of a person in a room. */
export function memberKey(roomId: number, userId: number): string {
  return `${roomId}:${userId}`;
}

/** Returns the key of a connection in a room. */
export function lineKey(connection: string, roomId: number): string {
  return `${connection}:${roomId}`;
}

/** Returns the first ok of a send, or null. */
export function answerOf(send: Send): Entry<Answered> | null {
  for (const { end } of send.attempts) if (end && is(end, 'ok')) return end;
  return null;
}

/** Returns the earliest time at which a send may have been stored: the start of its first attempt without a rejection. */
export function earliestStore(send: Send): number {
  return send.attempts.find(({ end }) => end?.kind !== 'refused')?.invoke.t ?? Number.POSITIVE_INFINITY;
}

/** Tells whether an entry is of a kind. */
export function is<K extends Fact['kind']>(
  entry: Entry,
  kind: K,
): entry is Entry<Extract<Fact, { kind: K }>> {
  return entry.kind === kind;
}

/** Returns the key of an attempt. A connection retries an id only after the answer to the previous attempt. */
function attemptKey({ connection, roomId, id }: { connection: string; roomId: number; id: string }): string {
  return `${connection}:${roomId}:${id}`;
}

function sendOf(sends: Map<string, Send>, { userId, roomId, id, hash }: Invoke): Send {
  const key = sendKey({ roomId, userId, id });
  const known = sends.get(key);
  if (known) return known;
  const send: Send = { userId, roomId, id, hash, attempts: [] };
  sends.set(key, send);
  return send;
}

function lineOf(
  lines: Map<string, Line>,
  entry: { userId: number; connection: string; roomId: number },
): Line {
  const { userId, connection, roomId } = entry;
  const key = lineKey(connection, roomId);
  const known = lines.get(key);
  if (known) return known;
  const line: Line = { userId, connection, roomId, entries: [] };
  lines.set(key, line);
  return line;
}

/** Returns the list under a key, and creates it if needed. */
export function listIn<K, T>(lists: Map<K, T[]>, key: K): T[] {
  const known = lists.get(key);
  if (known) return known;
  const list: T[] = [];
  lists.set(key, list);
  return list;
}
