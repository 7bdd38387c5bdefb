/** The appender: the only way into a room's order. It spreads rooms over lanes by their id. */
import { ChatError, type RoomEvent } from '@banter/protocol';
import { type Clock, pause } from '../../clock.ts';
import type { Database } from '../database/database.ts';
import { Lane } from './lane.ts';
import type { OrderTicket } from './order-gate.ts';
import type { AppendResult, ChangeResult, NewChange, NewMessage } from './types.ts';

export type { AppendResult, ChangeResult, NewChange, NewMessage } from './types.ts';

/** Stores messages and acts on rooms, in order and in batches. */
export type Appender = {
  /**
   * Stores a message; resolves after its commit [S1]. It stays pending while the outcome is unknown [S3].
   * @throws ChatError not_found, not_member, muted, forbidden (archived), rate_limited (slow mode), invalid (nothing to
   * reply to), idempotency_conflict, order_gap, overloaded, unavailable, internal. Then nothing was stored.
   */
  append(message: NewMessage, ticket?: OrderTicket): Promise<AppendResult>;
  /**
   * Stores an act; resolves after its commit. It stays pending while the outcome is unknown [S3].
   * @throws ChatError not_found, not_member, forbidden, muted, conflict, overloaded, unavailable, internal.
   */
  change(change: NewChange): Promise<ChangeResult>;
  /** How many messages and acts wait or are being stored. */
  depth(): number;
  /** Accepts nothing new from now on. Resolves when all accepted jobs are answered, or after `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
  /** Accepts nothing new, rejects the jobs that still wait and closes the lanes' connections. */
  close(): Promise<void>;
};

/** The appender's dependencies and settings. */
export type AppenderOptions = {
  /** Opens a connection; called once per lane. */
  openDatabase: () => Database;
  clock: Clock;
  /** Called with a commit's events, in seq order per room, before their senders get an answer. */
  publish: (events: RoomEvent[]) => void;
  /** Called with a room that may have an event nobody published: the answer to its commit was lost. */
  onUncertain: (roomId: number) => void;
  /** How many lanes, 4 by default. */
  lanes?: number;
};

const LANES = 4;
/** How many jobs may wait in all lanes together. With more, new ones are rejected as overloaded. */
const WAITING_MAX = 10_000;
/** A job that would wait longer than this is rejected as overloaded at once. */
const DELAY_MAX_MS = 2_000;
const RETRY_AFTER_MS = 1_000;
/** How often `drain` checks whether all jobs are answered. */
const DRAIN_POLL_MS = 10;

/** Creates an appender, and opens one connection per lane. */
export function createAppender({
  openDatabase,
  clock,
  publish,
  onUncertain,
  lanes: count = LANES,
}: AppenderOptions): Appender {
  const lanes = Array.from({ length: count }, () => new Lane({ openDatabase, clock, publish, onUncertain }));
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
        // In the same turn, before another send can enter the gate.
        ticket?.gate.recordRejection(ticket, error);
        throw error;
      }
    },
    change: async (change) => laneFor(change.roomId).change(change),
    depth,
    async drain(timeoutMs) {
      isClosing = true;
      const deadline = clock.now() + timeoutMs;
      while (depth() > 0 && clock.now() < deadline) await pause(clock, DRAIN_POLL_MS);
    },
    async close() {
      isClosing = true;
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}
