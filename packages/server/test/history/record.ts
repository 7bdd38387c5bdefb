/** The history of a run: what every client did and was told, in one list on one monotonic clock. */

import { createHash } from 'node:crypto';
import type { RoomEventType } from '@banter/protocol';

/** Whose connection an entry belongs to. `connection` is unique in a history; HTTP requests have one each. */
type On = { userId: number; connection: string };
type InRoom = On & { roomId: number };
type OfSend = InRoom & { id: string };

/** One attempt of a send. A send tried again has several, one after the other, all with the same id. */
export type Invoke = OfSend & { kind: 'invoke'; hash: string; overHttp?: true };
export type Answered = OfSend & { kind: 'ok'; seq: number; duplicate: boolean };
/** A definite no: nothing was stored by this attempt. */
export type Refused = OfSend & { kind: 'refused'; code: string; retryable: boolean };
/** The connection ended before an answer. */
export type Unknown = OfSend & { kind: 'unknown' };

/** An event that came; `target` is whom a kick or role is about, `id` and `hash` are a message's. */
export type Received = InRoom & {
  kind: 'received';
  seq: number;
  type: RoomEventType;
  by: number;
  target: number | null;
  id: string | null;
  hash: string | null;
};

/** A connection follows a room from `after` on; null where there is nothing for it to follow. */
export type Asked = InRoom & { kind: 'asked'; after: number | null };
export type Live = InRoom & { kind: 'live'; head: number };
export type Reset = InRoom & { kind: 'reset'; head: number };
/** A room of `hello` that is not the caller's. */
export type Denied = InRoom & { kind: 'denied' };
export type Connected = On & { kind: 'connected' };
export type Closed = On & { kind: 'closed'; code: number };

/** A change of who belongs to a room: `member` comes in or goes out. Tried until it is known to have happened. */
export type Act = {
  kind: 'act';
  roomId: number;
  member: number;
  direction: 'in' | 'out';
  phase: 'invoke' | 'done';
};

export type Fact =
  | Invoke
  | Answered
  | Refused
  | Unknown
  | Received
  | Asked
  | Live
  | Reset
  | Denied
  | Connected
  | Closed
  | Act;

/** A fact with its moment, in milliseconds on the monotonic clock. */
export type Entry<F extends Fact = Fact> = F & { t: number };

export type History = {
  /** In the order of time. */
  readonly entries: readonly Entry[];
  note(fact: Fact): void;
};

/** @param now the monotonic clock. */
export function createHistory(now: () => number = () => performance.now()): History {
  const entries: Entry[] = [];
  return {
    entries,
    note: (fact) => void entries.push(Object.assign(fact, { t: now() })),
  };
}

/** Hex characters that are enough to tell contents apart. */
const HASH_CHARS = 16;

/** Stands for a content, so that a history of long messages stays small. */
export function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, HASH_CHARS);
}
