/** A history, sorted by what the checks ask for: sends with their attempts, what came on each connection, acts. */

import type { Act, Answered, Entry, Fact, History, Invoke, Refused, Unknown } from './record.ts';

/** One attempt of a send and how it ended; `end` is null when it never did. */
export type Attempt = { invoke: Entry<Invoke>; end: Entry<Answered | Refused | Unknown> | null };

/** One send: what an author wanted stored in a room under an id. */
export type Send = { userId: number; roomId: number; id: string; hash: string; attempts: Attempt[] };

/** What one connection was told of one room, in the order of coming. */
export type Line = { userId: number; connection: string; roomId: number; entries: Entry[] };

/** A person's comings and goings in a room, after the first coming. */
export type Stay = { invokedAt: number; direction: Act['direction'] };

export type IndexedHistory = {
  sends: ReadonlyMap<string, Send>;
  /** In the order of their beginning. */
  attempts: readonly Attempt[];
  /** By `connection:roomId`. */
  lines: ReadonlyMap<string, Line>;
  /** By `roomId:userId`. */
  stays: ReadonlyMap<string, readonly Stay[]>;
  entries: readonly Entry[];
};

/** Reads the history once. */
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

/** Names a send: the same id may stand for different sends of other authors and in other rooms. */
export function sendKey({ roomId, userId, id }: { roomId: number; userId: number; id: string }): string {
  return `${roomId}:${userId}:${id}`;
}

export function memberKey(roomId: number, userId: number): string {
  return `${roomId}:${userId}`;
}

export function lineKey(connection: string, roomId: number): string {
  return `${connection}:${roomId}`;
}

/** The first answer that says where a send is stored. */
export function answerOf(send: Send): Entry<Answered> | null {
  for (const { end } of send.attempts) if (end && is(end, 'ok')) return end;
  return null;
}

/** When a send may first have been stored: the beginning of its first attempt that was not refused. */
export function earliestStore(send: Send): number {
  return send.attempts.find(({ end }) => end?.kind !== 'refused')?.invoke.t ?? Number.POSITIVE_INFINITY;
}

/** Whether an entry is of a kind. */
export function is<K extends Fact['kind']>(
  entry: Entry,
  kind: K,
): entry is Entry<Extract<Fact, { kind: K }>> {
  return entry.kind === kind;
}

/** An id is tried again on a connection only after the answer to the attempt before. */
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

/** The list under a key; an empty one is begun. */
export function listIn<K, T>(lists: Map<K, T[]>, key: K): T[] {
  const known = lists.get(key);
  if (known) return known;
  const list: T[] = [];
  lists.set(key, list);
  return list;
}
