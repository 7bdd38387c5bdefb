/** The history of a run: a list of everything that clients did and received, on one monotonic clock. */

import { createHash } from 'node:crypto';
import type { RoomEventType } from '@banter/protocol';

/** The connection of an entry. `connection` is unique in a history. Each HTTP request counts as a connection. */
type On = { userId: number; connection: string };
type InRoom = On & { roomId: number };
type OfSend = InRoom & { id: string };

/** The start of an attempt of a send. A retried send has several attempts with the same id, one after the other. */
export type Invoke = OfSend & { kind: 'invoke'; hash: string; overHttp?: true };
/** An attempt was acknowledged. */
export type Answered = OfSend & { kind: 'ok'; seq: number; duplicate: boolean };
/** An attempt was rejected. It stored nothing. */
export type Refused = OfSend & { kind: 'refused'; code: string; retryable: boolean };
/** An attempt got no answer, because the connection ended. */
export type Unknown = OfSend & { kind: 'unknown' };

/** An event was received. `target` is the person of a kick or role; `id` and `hash` are those of a message. */
export type Received = InRoom & {
  kind: 'received';
  seq: number;
  type: RoomEventType;
  by: number;
  target: number | null;
  id: string | null;
  hash: string | null;
};

/** A connection follows a room from `after` on. Null means that it cannot follow the room. */
export type Asked = InRoom & { kind: 'asked'; after: number | null };
/** A room is live. */
export type Live = InRoom & { kind: 'live'; head: number };
/** A cursor was rejected with `reset`. */
export type Reset = InRoom & { kind: 'reset'; head: number };
/** A room of `hello` was rejected, because the person is not a member. */
export type Denied = InRoom & { kind: 'denied' };
/** A connection received `welcome`. */
export type Connected = On & { kind: 'connected' };
/** A connection was lost. */
export type Closed = On & { kind: 'closed'; code: number };

/** `member` joins or leaves a room. The act is retried until it succeeds. */
export type Act = {
  kind: 'act';
  roomId: number;
  member: number;
  direction: 'in' | 'out';
  phase: 'invoke' | 'done';
};

/** Anything that a run records. */
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

/** A fact with its time, in milliseconds on the monotonic clock. */
export type Entry<F extends Fact = Fact> = F & { t: number };

/** The record of a run. */
export type History = {
  /** In order of time. */
  readonly entries: readonly Entry[];
  /** Adds a fact, with the current time. */
  record(fact: Fact): void;
};

/** Creates an empty history. @param now the monotonic clock. */
export function createHistory(now: () => number = () => performance.now()): History {
  const entries: Entry[] = [];
  return {
    entries,
    record: (fact) => void entries.push(Object.assign(fact, { t: now() })),
  };
}

/** Enough hex characters to tell contents apart. */
const HASH_CHARS = 16;

/** Returns a short hash of a content, so that a history of long messages stays small. */
export function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, HASH_CHARS);
}
