/** A simulated person's outbox: keeps what is not answered yet, through refusals and lost connections, in order. */

import type { ErrorReply, Ok } from '@banter/protocol';
import { ERRORS } from '@banter/protocol';
import { type History, hashOf } from './record.ts';

/** What the outbox writes to: one connection that has been welcomed. */
export type OpenLine = {
  readonly connection: string;
  send(command: { op: 'send'; id: string; roomId: number; content: string }): void;
};

export type Outbox = {
  /** Puts a message behind the others and sends it when its room is free to send. */
  add(message: { id: string; roomId: number; content: string }): void;
  /** A new connection: everything is sent again, with the same ids. */
  connected(line: OpenLine): void;
  /** The connection is gone: what was under way on it is unknown. */
  disconnected(): void;
  /** Takes an answer; says what it was to when that is settled. */
  accepted(ok: Ok): Message | null;
  refused(error: ErrorReply): void;
  readonly size: number;
};

export type Message = { id: string; roomId: number; content: string };

type Pending = Message & { hash: string; isUnderWay: boolean };

/** However long a server asks to wait before a repeat: runs are short. */
const RETRY_MAX_MS = 250;

export function createOutbox(
  userId: number,
  history: History,
  after: (delayMs: number, run: () => void) => void,
): Outbox {
  let pending: Pending[] = [];
  let line: OpenLine | null = null;
  /** Rooms in which a send was refused for now: nothing more is sent until all answers have come, then in order [S4]. */
  const held = new Map<number, number>();

  function pump(): void {
    for (const message of pending) {
      if (line && !message.isUnderWay && !held.has(message.roomId)) transmit(message, line);
    }
  }

  function transmit(message: Pending, { connection, send }: OpenLine): void {
    const { id, roomId, content, hash } = message;
    message.isUnderWay = true;
    history.note({ kind: 'invoke', userId, connection, roomId, id, hash });
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
      // Of an earlier connection, whose holds are gone.
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
        history.note({ kind: 'unknown', userId, connection, roomId, id });
      }
    },
    accepted({ id, seq, duplicate = false }) {
      const message = underWay(id);
      if (!message || !line || seq === undefined) return null;
      const { roomId } = message;
      history.note({ kind: 'ok', userId, connection: line.connection, roomId, id, seq, duplicate });
      drop(message);
      return message;
    },
    refused({ id, code, retryAfterMs = 0 }) {
      const message = underWay(id);
      if (!message || !line) return;
      const { roomId } = message;
      const { connection } = line;
      const { retryable } = ERRORS[code];
      history.note({ kind: 'refused', userId, connection, roomId, id: message.id, code, retryable });
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
