/** How a committed message or act looks to its room. */
import { isPersonal, type Message, type RoomEvent } from '@banter/protocol';
import { mentionFields } from '../rows/mentions.ts';
import type { Committed, NewChange, NewMessage } from './types.ts';

/** Builds the event of a committed message. */
export function toMessageEvent(message: NewMessage, committed: Committed): RoomEvent {
  return { type: 'message', ...committedMessage(message, committed) };
}

/** Builds a committed message as history would return it. For a repeat, it has the text as it is now. */
export function committedMessage(message: NewMessage, { seq, at, mentions, quote, now }: Committed): Message {
  const { roomId, userId, username, content, id, kind, replyTo } = message;
  const committed: Message = { roomId, seq, at, userId, username, id, ...(now ?? { content }) };
  if (kind !== undefined) committed.kind = kind;
  if (replyTo !== undefined) committed.replyTo = replyTo;
  if (quote) committed.quote = quote;
  return mentions ? { ...committed, ...mentionFields(mentions) } : committed;
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
