/** How a committed message or act looks to its room. */
import { isPersonal, type Message, type MessageEvent, type RoomEvent } from '@banter/protocol';
import { mentionFields } from '../rows/mentions.ts';
import type { Committed, NewChange, NewMessage } from './types.ts';

/** Builds the event of a committed message. */
export function toMessageEvent(message: NewMessage, committed: Committed): RoomEvent {
  const { roomId, userId, username, id, content } = message;
  const { seq, at } = committed;
  const event: MessageEvent = { type: 'message', roomId, seq, at, userId, username, id, content };
  return withRest(event, message, committed);
}

/** Builds a committed message as history would return it. For a repeat, it has the text as it is now. */
export function committedMessage(message: NewMessage, committed: Committed): Message {
  const { roomId, userId, username, id, content } = message;
  const { seq, at } = committed;
  return withRest({ roomId, seq, at, userId, username, id, content }, message, committed);
}

/** Adds the fields that few messages have. */
function withRest<M extends Message>(
  result: M,
  { kind, replyTo }: NewMessage,
  { now, mentions, quote }: Committed,
): M {
  if (now) {
    // A deleted message has no text.
    delete result.content;
    Object.assign(result, now);
  }
  if (kind !== undefined) result.kind = kind;
  if (replyTo !== undefined) result.replyTo = replyTo;
  if (quote) result.quote = quote;
  if (mentions) Object.assign(result, mentionFields(mentions));
  return result;
}

/** Builds the event of a committed act. */
export function toChangeEvent(
  change: NewChange,
  { seq, at, mentions }: Pick<Committed, 'seq' | 'at' | 'mentions'>,
): RoomEvent {
  const { actor, ...rest } = change;
  const common = { roomId: change.roomId, seq, at, userId: actor.id, username: actor.username };
  if (rest.type === 'enter' || rest.type === 'accept') return { type: 'join', ...common };
  if (rest.type === 'edit') {
    const { names: _, ...edit } = rest;
    return { ...edit, ...common, ...mentionFields(mentions ?? null) };
  }
  if (!isPersonal(rest)) return { ...rest, ...common };
  const { target, ...act } = rest;
  return { ...act, ...common, target: target.id, targetUsername: target.username };
}
