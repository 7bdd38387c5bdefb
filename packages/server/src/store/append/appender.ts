/**
 * The appender: the only way into a room's order. Rooms are spread over lanes by their id; in each lane one commit is
 * under way while the next batch gathers.
 */
import { ChatError, type MessageKind, type Role, type RoomEvent } from '@banter/protocol';
import type { Clock } from '../../clock.ts';
import type { Database } from '../database/database.ts';
import type { Committed } from './append-sql.ts';
import { createLane, type Lane, type LaneOptions } from './lane.ts';
import { noteRefusal, type OrderTicket } from './order-gate.ts';

/** A message on its way in. `id` is its idempotency key: every message has one [S2]. */
export type NewMessage = {
  roomId: number;
  userId: number;
  username: string;
  id: string;
  content: string;
  kind?: MessageKind;
  replyTo?: number;
  /** The names that may call somebody, lower-case; `@room` for all. Which of them do is found under the lock. */
  names?: readonly string[];
};

/** An act on a room that becomes an event. `actor` does it. */
export type NewChange = { roomId: number; actor: { id: number; username: string } } & (
  | { type: 'join' }
  | { type: 'leave' }
  /** A join by the invitation whose code has this hash; its event is a join. */
  | { type: 'enter'; invitation: Buffer }
  | { type: 'archive' }
  | { type: 'restore' }
  | { type: 'kick'; target: Target; reason?: string }
  | { type: 'unban'; target: Target }
  | { type: 'role'; target: Target; role: Role }
  | { type: 'ban'; target: Target; until?: string; reason?: string }
  | { type: 'mute'; target: Target; until?: string }
  | { type: 'slow'; seconds: number }
  | { type: 'topic'; topic: string }
  | { type: 'rename'; name: string }
  | { type: 'edit'; target: number; content: string; names?: readonly string[] }
  | { type: 'delete'; target: number }
  | { type: 'react'; target: number; emoji: string; on: boolean }
);

/** Whom an act is about. */
export type Target = { id: number; username: string };

/** Where a message is stored, whom it calls and what it answers; `duplicate`: it had been before. */
export type AppendResult = Committed & { duplicate: boolean };
/**
 * How an act ended: with an event, or with nothing to do. `isUncertain`: its answer was lost, and it may have been the
 * first try that left nothing to do for the second.
 */
export type ChangeResult = { changed: true; event: RoomEvent } | { changed: false; isUncertain?: true };

export type Appender = {
  /**
   * Stores a message; resolves after its commit [S1].
   * @throws ChatError not_found, not_member, muted, forbidden (archived), rate_limited (slow mode), invalid (nothing to
   * reply to), idempotency_conflict, order_gap, overloaded, unavailable, internal: then nothing was stored. While an outcome is unknown it stays pending [S3].
   */
  append(message: NewMessage, ticket?: OrderTicket): Promise<AppendResult>;
  /** Stores an act. @throws ChatError not_found, not_member, forbidden, conflict, overloaded, unavailable, internal. */
  change(change: NewChange): Promise<ChangeResult>;
  /** Messages and acts that wait or are being stored. */
  depth(): number;
  /** Takes nothing new; resolves when what was taken has ended, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
  /** Refuses what still waits and ends the lanes. */
  close(): Promise<void>;
};

export type AppenderOptions = {
  /** Opens a connection of its own for a lane. */
  openDatabase: () => Database;
  clock: Clock;
  /** Called with what a commit stored, in seq order per room, before its senders are told. */
  publish: (events: RoomEvent[]) => void;
  /** Told of a room that may have got an event which nobody could publish: its answer was lost. */
  onUncertain: (roomId: number) => void;
  lanes?: number;
};

const LANES = 4;
/** Everything that may wait in all lanes together; above it sends are refused as overloaded. */
const WAITING_MAX = 10_000;
/** A send is refused at once where it would have to wait longer than this. */
const DELAY_MAX_MS = 2_000;
const RETRY_AFTER_MS = 1_000;
const CLOSE_POLL_MS = 10;

export function createAppender({
  openDatabase,
  clock,
  publish,
  onUncertain,
  lanes: count = LANES,
}: AppenderOptions): Appender {
  const options: LaneOptions = { openDatabase, clock, publish, onUncertain };
  const lanes = Array.from({ length: count }, () => createLane(options));
  let isClosing = false;
  const depth = () => lanes.reduce((sum, lane) => sum + lane.depth(), 0);

  function laneFor(roomId: number): Lane {
    const lane = lanes[roomId % count];
    if (!lane || isClosing)
      throw new ChatError('unavailable', 'the server is stopping', { retryAfterMs: RETRY_AFTER_MS });
    if (lane.delayMs() > DELAY_MAX_MS || depth() >= WAITING_MAX) {
      throw new ChatError('overloaded', undefined, { retryAfterMs: RETRY_AFTER_MS });
    }
    return lane;
  }

  return {
    async append(message, ticket) {
      try {
        return await laneFor(message.roomId).append(message, ticket);
      } catch (error) {
        // At once, before the next send of the same turn is let in.
        noteRefusal(ticket, error);
        throw error;
      }
    },
    change: async (change) => laneFor(change.roomId).change(change),
    depth,
    async drain(timeoutMs) {
      isClosing = true;
      const deadline = clock.now() + timeoutMs;
      while (depth() > 0 && clock.now() < deadline) await pause(clock, CLOSE_POLL_MS);
    },
    async close() {
      isClosing = true;
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}
