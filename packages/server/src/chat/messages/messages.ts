/** Messages: sending one, and reading back. */
import { randomUUID } from 'node:crypto';
import {
  ChatError,
  COMMAND_ID_PATTERN,
  COMMAND_ID_RULE,
  checkContent,
  EMOJI_RULE,
  isEmoji,
  type Message,
  type MessageKind,
  type MessagePage,
  NOTICES_MAX,
  PAGE_DEFAULT,
} from '@banter/protocol';
import { committedMessage } from '../../store/append/append-events.ts';
import type { Appender, AppendResult, ChangeResult, NewMessage } from '../../store/append/appender.ts';
import { OrderGate } from '../../store/append/order-gate.ts';
import type { EventStore } from '../../store/events.ts';
import type { MessageStore } from '../../store/messages.ts';
import type { Caller } from '../caller.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import type { Memberships } from '../rooms/memberships.ts';
import type { Names } from './names.ts';
import { createSendPace } from './send-pace.ts';

export type { ChangeResult } from '../../store/append/appender.ts';

export type SendInput = {
  roomId: number;
  content: string;
  /** The idempotency key; without one the server makes one [S2]. */
  id?: string | undefined;
  replyTo?: number | undefined;
  kind?: MessageKind | undefined;
};
/** Keeps one connection's sends in order, a gate per room [S4]. */
export type SendOrder = Map<number, OrderGate>;
/** Rooms that one connection may send to; whoever names more rooms than there are to follow is up to no good. */
const GATES_MAX = 10_000;
export type HistoryQuery = {
  before?: number;
  after?: number;
  around?: number;
  limit?: number;
  /** `notices`: with what else happened meanwhile. */
  include?: 'notices';
};

export type Messages = {
  /**
   * Stores a message; resolves after its commit [S1].
   * @throws ChatError invalid, not_found, not_member, idempotency_conflict, order_gap, rate_limited, overloaded,
   * unavailable, muted, forbidden (archived): nothing was stored. While the outcome is unknown it stays pending [S3].
   */
  send(caller: Caller, input: SendInput, order?: SendOrder): Promise<AppendResult & { message: Message }>;
  /** Gives a message of one's own another text. @throws ChatError invalid, not_found, not_member, forbidden, muted. */
  edit(caller: Caller, roomId: number, seq: number, content: string): Promise<ChangeResult>;
  /** Takes a message's text away: one's own, or as a moderator anybody's. @throws ChatError not_found, not_member, forbidden. */
  remove(caller: Caller, roomId: number, seq: number): Promise<ChangeResult>;
  /** Puts a reaction on a message or takes it off. @throws ChatError invalid, not_found, not_member, muted, conflict. */
  react(
    caller: Caller,
    roomId: number,
    seq: number,
    reaction: { emoji: string; on: boolean },
  ): Promise<ChangeResult>;
  /** One message as it stands now. @throws ChatError not_found, not_member. */
  find(caller: Caller, roomId: number, seq: number): Promise<Message>;
  /**
   * A page of history: the newest by default, or below `before`, above `after`, or on both sides of `around`.
   * `hasMore` tells of the asked direction (of older ones for `around`). @throws ChatError not_found, not_member.
   */
  history(caller: Caller, roomId: number, query: HistoryQuery): Promise<MessagePage>;
};

export type MessagesDeps = {
  messages: MessageStore;
  events: Pick<EventStore, 'listNotices'>;
  memberships: Memberships;
  appender: Appender;
  limits: RateLimits;
  names: Pick<Names, 'calledIn'>;
};

export function createMessages({
  messages,
  events,
  memberships,
  appender,
  limits,
  names,
}: MessagesDeps): Messages {
  const pace = createSendPace({ limits, memberships });
  return {
    async send(caller, { roomId, content: raw, id = randomUUID(), replyTo, kind }, order) {
      const content = checkSend(id, raw);
      const gate = order && gateOf(order, roomId);
      while (gate?.hold) await gate.hold;
      const ticket = gate?.enter(id);
      if (ticket === null) throw new ChatError('order_gap');
      try {
        const refusal = pace.isBusy(caller, roomId) && (await pace.look(caller, roomId, gate));
        // From here to the store's queue nothing is waited for: what is behind this look comes after it [S4].
        if (gate) gate.hold = null;
        if (refusal) throw refusal;
        pace.take(caller, roomId);
      } catch (error) {
        ticket?.gate.recordRejection(ticket, error);
        throw error;
      }
      const { id: userId, username } = caller.user;
      const message: NewMessage = { roomId, userId, username, id, content };
      if (kind !== undefined) message.kind = kind;
      if (replyTo !== undefined) message.replyTo = replyTo;
      const called = names.calledIn(content);
      if (called.length > 0) message.names = called;
      const stored = await appender.append(message, ticket);
      if (!stored.duplicate) pace.stored(roomId);
      return { ...stored, message: committedMessage(message, stored) };
    },

    async edit(caller, roomId, seq, raw) {
      const actor = caller.user;
      const refusal = pace.isBusy(caller, roomId) && (await pace.look(caller, roomId));
      if (refusal) throw refusal;
      pace.take(caller, roomId);
      const content = requireContent(raw);
      const edit = { content, names: names.calledIn(content) };
      const done = await appender.change({ type: 'edit', roomId, actor, target: seq, ...edit });
      if (done.changed) pace.stored(roomId);
      return done;
    },

    async remove({ user: actor }, roomId, seq) {
      return appender.change({ type: 'delete', roomId, actor, target: seq });
    },

    async react({ user: actor }, roomId, seq, { emoji, on }) {
      if (!isEmoji(emoji)) throw new ChatError('invalid', `emoji must ${EMOJI_RULE}`);
      return appender.change({ type: 'react', roomId, actor, target: seq, emoji, on });
    },

    async find(caller, roomId, seq) {
      await memberships.require(caller, roomId);
      const message = await messages.find(roomId, caller.user.id, seq, caller.scope);
      if (!message) throw new ChatError('not_found', 'there is no such message');
      return message;
    },

    async history(caller, roomId, query) {
      await memberships.require(caller, roomId);
      const page = await pageOf(caller, roomId, query);
      if (query.include === undefined) return page;
      const [first, last] = spanOf(page, query);
      const notices = await events.listNotices(roomId, first, last, NOTICES_MAX, caller.scope);
      return { ...page, notices };
    },
  };

  async function pageOf(
    caller: Caller,
    roomId: number,
    { before, after, around, limit = PAGE_DEFAULT }: HistoryQuery,
  ): Promise<MessagePage> {
    if (around !== undefined) return pageAround(roomId, around, limit, caller);
    if (after === undefined) return pageBefore(roomId, before ?? Number.MAX_SAFE_INTEGER, limit, caller);
    const found = await messages.listAfter(roomId, caller.user.id, after, limit + 1, caller.scope);
    return { ...found, messages: found.messages.slice(0, limit), hasMore: found.messages.length > limit };
  }

  async function pageBefore(
    roomId: number,
    before: number,
    limit: number,
    caller: Caller,
  ): Promise<MessagePage> {
    const found = await messages.listBefore(roomId, caller.user.id, before, limit + 1, caller.scope);
    return { ...found, messages: found.messages.slice(-limit), hasMore: found.messages.length > limit };
  }

  async function pageAround(
    roomId: number,
    seq: number,
    limit: number,
    caller: Caller,
  ): Promise<MessagePage> {
    const found = await messages.listAround(roomId, caller.user.id, seq, limit + 1, caller.scope);
    const place = found.messages.findIndex((message) => message.seq > seq);
    const older = found.messages.slice(0, place < 0 ? undefined : place);
    const newer = found.messages.slice(older.length, older.length + limit);
    // Half of each side, and more of one where the other has less.
    const newerCount = Math.min(newer.length, Math.max(Math.floor(limit / 2), limit - older.length));
    const olderCount = Math.min(older.length, limit - newerCount);
    const page = [...older.slice(older.length - olderCount), ...newer.slice(0, newerCount)];
    return { ...found, messages: page, hasMore: older.length > olderCount };
  }
}

/** From which seq to which a page tells of: what comes before it and behind it begins where it ends. */
function spanOf(
  { messages, hasMore }: MessagePage,
  { before, after, around }: HistoryQuery,
): [number, number] {
  const first = hasMore ? (messages[0]?.seq ?? 1) : 1;
  const last = messages.at(-1)?.seq ?? Number.MAX_SAFE_INTEGER;
  if (after !== undefined) return [after + 1, hasMore ? last : Number.MAX_SAFE_INTEGER];
  return [first, around === undefined ? (before ?? Number.MAX_SAFE_INTEGER) - 1 : last];
}

function checkSend(id: string, raw: string): string {
  if (!COMMAND_ID_PATTERN.test(id)) throw new ChatError('invalid', `id must be ${COMMAND_ID_RULE}`);
  return requireContent(raw);
}

function requireContent(raw: string): string {
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
  const gate = new OrderGate();
  order.set(roomId, gate);
  return gate;
}
