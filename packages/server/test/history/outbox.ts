/** A simulated person's outbox: keeps unanswered messages in order, through rejections and lost connections. */

import type { ErrorReply, Ok } from '@banter/protocol';
import { ERRORS } from '@banter/protocol';
import { type History, hashOf } from './record.ts';

/** A connection that has received `welcome`. */
export type OpenLine = {
  readonly connection: string;
  send(command: { op: 'send'; id: string; roomId: number; content: string }): void;
};

/** The outbox. */
export type Outbox = {
  /** Queues a message, and sends it as soon as its room allows. */
  add(message: { id: string; roomId: number; content: string }): void;
  /** Starts using a new connection: sends everything again with the same ids. */
  connected(line: OpenLine): void;
  /** Records that the connection is lost. The outcome of messages under way is unknown. */
  disconnected(): void;
  /** Handles an ok. @returns its message, or null if it matches none. */
  accepted(ok: Ok): Message | null;
  /** Handles an error reply. Retries the message later if it is retryable. */
  refused(error: ErrorReply): void;
  /** The number of messages. */
  readonly size: number;
};

/** A message to send. */
export type Message = { id: string; roomId: number; content: string };

type Pending = Message & { hash: string; isUnderWay: boolean };

/** The longest wait before a retry, even if the server asks for more, because runs are short. */
const RETRY_MAX_MS = 250;

/** Creates an empty outbox. */
export function createOutbox(
  userId: number,
  history: History,
  after: (delayMs: number, run: () => void) => void,
): Outbox {
  let pending: Pending[] = [];
  let line: OpenLine | null = null;
  /** Rooms with a retryable rejection, and the wait. Nothing is sent there until all answers have arrived [S4]. */
  const held = new Map<number, number>();

  function pump(): void {
    for (const message of pending) {
      if (line && !message.isUnderWay && !held.has(message.roomId)) transmit(message, line);
    }
  }

  function transmit(message: Pending, { connection, send }: OpenLine): void {
    const { id, roomId, content, hash } = message;
    message.isUnderWay = true;
    history.record({ kind: 'invoke', userId, connection, roomId, id, hash });
    send({ op: 'send', id, roomId, content });
  }

  function underWay(id: string | undefined): Pending | undefined {
    return pending.find((message) => message.id === id && message.isUnderWay);
  }

  function drop(message: Pending): void {
    pending = pending.filter((other) => other !== message);
    releaseWhenAnswered(message.roomId);
  }

  function releaseWhenAnswered(roomId: number): void {
    const waitMs = held.get(roomId);
    const from = line;
    if (waitMs === undefined || pending.some((one) => one.roomId === roomId && one.isUnderWay)) return;
    after(Math.min(waitMs, RETRY_MAX_MS), () => {
      // A new connection has cleared the hold.
      if (line !== from) return;
      held.delete(roomId);
      pump();
    });
  }

  return {
    add({ id, roomId, content }) {
      pending.push({ id, roomId, content, hash: hashOf(content), isUnderWay: false });
      pump();
    },
    connected(next) {
      line = next;
      held.clear();
      pump();
    },
    disconnected() {
      const connection = line?.connection;
      line = null;
      for (const message of pending) {
        if (!message.isUnderWay || connection === undefined) continue;
        message.isUnderWay = false;
        const { id, roomId } = message;
        history.record({ kind: 'unknown', userId, connection, roomId, id });
      }
    },
    accepted({ id, seq, duplicate = false }) {
      const message = underWay(id);
      if (!message || !line || seq === undefined) return null;
      const { roomId } = message;
      history.record({ kind: 'ok', userId, connection: line.connection, roomId, id, seq, duplicate });
      drop(message);
      return message;
    },
    refused({ id, code, retryAfterMs = 0 }) {
      const message = underWay(id);
      if (!message || !line) return;
      const { roomId } = message;
      const { connection } = line;
      const { retryable } = ERRORS[code];
      history.record({ kind: 'refused', userId, connection, roomId, id: message.id, code, retryable });
      if (!retryable) return drop(message);
      message.isUnderWay = false;
      held.set(roomId, Math.max(held.get(roomId) ?? 0, retryAfterMs));
      releaseWhenAnswered(roomId);
    },
    get size() {
      return pending.length;
    },
  };
}
