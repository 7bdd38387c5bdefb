/** Messages: sending one, and reading back. */
import { randomUUID } from 'node:crypto';
import {
  ChatError,
  COMMAND_ID_PATTERN,
  COMMAND_ID_RULE,
  checkContent,
  type Message,
  type MessagePage,
  PAGE_DEFAULT,
} from '@banter/protocol';
import type { Appender, Stored } from '../store/appender.ts';
import type { Messages as MessageStore } from '../store/messages.ts';
import { admit, createOrderGate, type OrderGate, openGap } from '../store/order-gate.ts';
import type { Caller } from './caller.ts';
import type { Memberships } from './memberships.ts';
import type { RateLimits } from './rate-limits.ts';

export type SendInput = {
  roomId: number;
  content: string;
  /** The idempotency key; without one the server makes one [S2]. */
  id?: string | undefined;
  replyTo?: number | undefined;
};
/** Keeps one connection's sends in order, a gate per room [S4]. */
export type SendOrder = Map<number, OrderGate>;
/** Rooms that one connection may send to; whoever names more rooms than there are to follow is up to no good. */
const GATES_MAX = 10_000;
export type HistoryQuery = { before?: number; after?: number; around?: number; limit?: number };

export type Messages = {
  /**
   * Stores a message; resolves after its commit [S1].
   * @throws ChatError invalid, not_found, not_member, idempotency_conflict, order_gap, rate_limited, overloaded,
   * unavailable: nothing was stored. While the outcome is unknown it stays pending [S3].
   */
  send(caller: Caller, input: SendInput, order?: SendOrder): Promise<Stored & { message: Message }>;
  /**
   * A page of history: the newest by default, or below `before`, above `after`, or on both sides of `around`.
   * `hasMore` tells of the asked direction (of older ones for `around`). @throws ChatError not_found, not_member.
   */
  history(caller: Caller, roomId: number, query: HistoryQuery): Promise<MessagePage>;
};

export type MessagesDeps = {
  messages: MessageStore;
  memberships: Memberships;
  appender: Appender;
  limits: RateLimits;
};

export function createMessages({ messages, memberships, appender, limits }: MessagesDeps): Messages {
  return {
    async send(caller, { roomId, content: raw, id = randomUUID(), replyTo }, order) {
      const content = checkSend(id, raw);
      const ticket = order && admit(gateOf(order, roomId), id);
      if (ticket === null) throw new ChatError('order_gap');
      try {
        limits.take('send', caller.user.id);
      } catch (error) {
        if (ticket) openGap(ticket);
        throw error;
      }
      const { id: userId, username } = caller.user;
      const message = {
        roomId,
        userId,
        username,
        id,
        content,
        ...(replyTo === undefined ? {} : { replyTo }),
      };
      const stored = await appender.append(message, ticket);
      return { ...stored, message: { ...message, seq: stored.seq, at: stored.at } };
    },

    async history(caller, roomId, { before, after, around, limit = PAGE_DEFAULT }) {
      await memberships.require(caller, roomId);
      if (around !== undefined) return pageAround(roomId, around, limit, caller);
      if (after !== undefined) {
        const found = await messages.listAfter(roomId, after, limit + 1, caller.scope);
        return { messages: found.slice(0, limit), hasMore: found.length > limit };
      }
      return pageBefore(roomId, before ?? Number.MAX_SAFE_INTEGER, limit, caller);
    },
  };

  async function pageBefore(
    roomId: number,
    before: number,
    limit: number,
    caller: Caller,
  ): Promise<MessagePage> {
    const found = await messages.listBefore(roomId, before, limit + 1, caller.scope);
    return { messages: found.slice(-limit), hasMore: found.length > limit };
  }

  async function pageAround(
    roomId: number,
    seq: number,
    limit: number,
    caller: Caller,
  ): Promise<MessagePage> {
    const [older, newer] = await Promise.all([
      messages.listBefore(roomId, seq + 1, limit + 1, caller.scope),
      messages.listAfter(roomId, seq, limit, caller.scope),
    ]);
    // Half of each side, and more of one where the other has less.
    const newerCount = Math.min(newer.length, Math.max(Math.floor(limit / 2), limit - older.length));
    const olderCount = Math.min(older.length, limit - newerCount);
    const page = [...older.slice(older.length - olderCount), ...newer.slice(0, newerCount)];
    return { messages: page, hasMore: older.length > olderCount };
  }
}

function checkSend(id: string, raw: string): string {
  if (!COMMAND_ID_PATTERN.test(id)) throw new ChatError('invalid', `id must be ${COMMAND_ID_RULE}`);
  const checked = checkContent(raw);
  if (!checked.ok) throw new ChatError('invalid', checked.problem);
  return checked.text;
}

function gateOf(order: SendOrder, roomId: number): OrderGate {
  const known = order.get(roomId);
  if (known) return known;
  if (order.size >= GATES_MAX) {
    throw new ChatError('rate_limited', 'too many rooms on one connection: open a new one', {
      retryAfterMs: 60_000,
    });
  }
  const gate = createOrderGate();
  order.set(roomId, gate);
  return gate;
}
