/** Messages: sending, changing and reading them. */
import { randomUUID } from 'node:crypto';
import {
  ChatError,
  COMMAND_ID_PATTERN,
  COMMAND_ID_RULE,
  checkContent,
  EMOJI_RULE,
  emojiForm,
  isEmoji,
  type Message,
  type MessageKind,
  type MessagePage,
  NOTICES_MAX,
} from '@banter/protocol';
import type { Appender, AppendResult, ChangeResult, NewMessage } from '../../store/append/appender.ts';
import type { EventStore } from '../../store/events.ts';
import type { MessageStore } from '../../store/messages.ts';
import type { Caller } from '../caller.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import type { StorageQuota } from '../limits/storage-quota.ts';
import type { Memberships } from '../rooms/memberships.ts';
import { fitNotices, type HistoryQuery, rangeOf, readHistory } from './history.ts';
import type { Names } from './names.ts';
import { gateOf, type SendOrder } from './send-order.ts';
import { SendPace } from './send-pace.ts';

export { committedMessage } from '../../store/append/append-events.ts';
export type { ChangeResult } from '../../store/append/appender.ts';
export type { HistoryQuery } from './history.ts';
export type { SendOrder } from './send-order.ts';

/** The fields of a new message. */
export type SendInput = {
  roomId: number;
  content: string;
  /** The idempotency key; without it the server creates one [S2]. */
  id?: string | undefined;
  /** The seq of the message that this one answers. */
  replyTo?: number | undefined;
  kind?: MessageKind | undefined;
};

/** A message that was sent, and how it was stored. */
export type SentMessage = { message: NewMessage; stored: AppendResult };

/** The parts that Messages works with. */
export type MessagesDeps = {
  messages: MessageStore;
  events: Pick<EventStore, 'listNotices'>;
  memberships: Pick<Memberships, 'require'>;
  appender: Pick<Appender, 'append' | 'change'>;
  limits: Pick<RateLimits, 'take' | 'refusal' | 'requireShare' | 'charge'>;
  quota: Pick<StorageQuota, 'take' | 'giveBack'>;
  names: Pick<Names, 'mentionedIn'>;
};

/** The messages of rooms. */
export class Messages {
  readonly #deps: MessagesDeps;
  readonly #pace: SendPace;

  constructor(deps: MessagesDeps) {
    this.#deps = deps;
    this.#pace = new SendPace(deps);
  }

  /**
   * Stores a message; resolves after its commit [S1].
   * @param order the gates of the caller's connection; without it (HTTP) sends have no order among each other.
   * @throws ChatError invalid, not_found, not_member, idempotency_conflict, order_gap, rate_limited, quota_exceeded, overloaded,
   * unavailable, muted, forbidden (archived): nothing was stored. While the outcome is unknown it stays pending [S3].
   */
  async send(
    caller: Caller,
    { roomId, content: raw, id = randomUUID(), replyTo, kind }: SendInput,
    order?: SendOrder,
  ): Promise<SentMessage> {
    const content = checkSend(id, raw);
    const gate = order && gateOf(order, roomId);
    while (gate?.hold) await gate.hold;
    const ticket = gate?.enter(id);
    if (ticket === null) throw new ChatError('order_gap');
    let noSpace: ChatError | null;
    try {
      let refusal =
        this.#pace.isRoomBusy(caller, roomId) && (await this.#pace.checkMember(caller, roomId, gate));
      if (gate) gate.hold = null;
      if (refusal) throw refusal;
      noSpace = this.#pace.acquire(caller, roomId, content);
      refusal = noSpace && (await this.#pace.checkRepeat(noSpace, caller, roomId, id, gate));
      // No await from here to the appender's queue: sends that waited for the gate must come after this one [S4].
      if (gate) gate.hold = null;
      if (refusal) throw refusal;
    } catch (error) {
      ticket?.gate.recordRejection(ticket, error);
      throw error;
    }
    const { id: userId, username } = caller.user;
    const message: NewMessage = { roomId, userId, username, id, content };
    if (kind !== undefined) message.kind = kind;
    if (replyTo !== undefined) message.replyTo = replyTo;
    const mentioned = this.#deps.names.mentionedIn(content);
    if (mentioned.length > 0) message.names = mentioned;
    try {
      const stored = await this.#deps.appender.append(message, ticket);
      if (!stored.duplicate) this.#pace.chargeRoom(roomId);
      else if (!noSpace) this.#pace.giveBack(caller, content);
      return { stored, message };
    } catch (error) {
      if (!noSpace) this.#pace.giveBack(caller, content);
      throw error;
    }
  }

  /**
   * Replaces the text of a message; the store lets only its author do so.
   * @throws ChatError invalid, not_found, not_member, forbidden, muted, rate_limited, quota_exceeded.
   */
  async edit(caller: Caller, roomId: number, seq: number, raw: string): Promise<ChangeResult> {
    const { names, appender } = this.#deps;
    const refusal = this.#pace.isRoomBusy(caller, roomId) && (await this.#pace.checkMember(caller, roomId));
    if (refusal) throw refusal;
    const content = requireContent(raw);
    const noSpace = this.#pace.acquire(caller, roomId, content);
    if (noSpace) throw noSpace;
    const edit = { content, names: names.mentionedIn(content) };
    const actor = caller.user;
    try {
      const result = await appender.change({ type: 'edit', roomId, actor, target: seq, ...edit });
      if (!result.changed) this.#pace.giveBack(caller, content);
      return result;
    } catch (error) {
      this.#pace.giveBack(caller, content);
      throw error;
    }
  }

  /**
   * Deletes the text of a message; the store lets only its author and the room's moderators do so.
   * @throws ChatError not_found, not_member, forbidden, muted.
   */
  async remove({ user: actor }: Caller, roomId: number, seq: number): Promise<ChangeResult> {
    return this.#deps.appender.change({ type: 'delete', roomId, actor, target: seq });
  }

  /**
   * Adds or removes the caller's reaction to a message.
   * @throws ChatError invalid, not_found, not_member, muted, conflict, rate_limited.
   */
  async react(
    caller: Caller,
    roomId: number,
    seq: number,
    { emoji, on }: { emoji: string; on: boolean },
  ): Promise<ChangeResult> {
    if (!isEmoji(emoji)) throw new ChatError('invalid', `emoji must ${EMOJI_RULE}`);
    const refusal = this.#pace.isRoomBusy(caller, roomId) && (await this.#pace.checkMember(caller, roomId));
    if (refusal) throw refusal;
    this.#pace.requireShare(caller, roomId);
    const actor = caller.user;
    return this.#deps.appender.change({
      type: 'react',
      roomId,
      actor,
      target: seq,
      emoji: emojiForm(emoji),
      on,
    });
  }

  /** Returns one message as it is now. @throws ChatError not_found (the room or the message), not_member. */
  async find(caller: Caller, roomId: number, seq: number): Promise<Message> {
    const { messages, memberships } = this.#deps;
    await memberships.require(caller, roomId);
    const message = await messages.find(roomId, caller.user.id, seq, caller.scope);
    if (!message) throw new ChatError('not_found', 'there is no such message');
    return message;
  }

  /** Returns a page of history, ascending; see HistoryQuery. @throws ChatError not_found, not_member. */
  async history(caller: Caller, roomId: number, query: HistoryQuery): Promise<MessagePage> {
    const { messages, events, memberships } = this.#deps;
    await memberships.require(caller, roomId);
    const page = await readHistory(messages, caller, roomId, query);
    if (query.include === undefined) return page;
    const [first, last] = rangeOf(page, query);
    const notices = await events.listNotices(roomId, first, last, NOTICES_MAX, caller.scope);
    return { ...page, notices: fitNotices(notices) };
  }
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
