/** Applies edits, deletions and reactions to messages. */
import {
  type Amendment,
  type AmendmentType,
  type Message,
  type Quote,
  quoteLine,
  type ReactEvent,
  type Reaction,
} from '@banter/protocol';

/** Returns a message after an amendment of it or of the message it replies to; the same object if neither is meant. */
export function amend(message: Message, event: Amendment, ownUserId: number | undefined): Message {
  if (message.seq === event.target) return AMEND[event.type](message, event as never, ownUserId);
  return message.quote && message.replyTo === event.target ? requote(message, message.quote, event) : message;
}

type Amend<E> = (message: Message, event: E, ownUserId: number | undefined) => Message;

/** Applies an amendment to its target. */
const AMEND: { [T in AmendmentType]: Amend<Extract<Amendment, { type: T }>> } = {
  edit(message, { content, at, mentions, mentionsRoom }) {
    // An edit without text: the message was deleted later, and that event is still to come.
    if (content === undefined) return message;
    const { mentions: _, mentionsRoom: __, ...rest } = message;
    return {
      ...rest,
      content,
      editedAt: at,
      ...(mentions === undefined ? {} : { mentions }),
      ...(mentionsRoom === undefined ? {} : { mentionsRoom }),
    };
  },
  delete({ roomId, seq, userId, username, at, id, replyTo }, event) {
    const tombstone = { roomId, seq, userId, username, at, id, deletedAt: event.at };
    return replyTo === undefined ? tombstone : { ...tombstone, replyTo };
  },
  react(message, event, ownUserId) {
    const reactions = countReaction(message.reactions ?? [], event, event.userId === ownUserId);
    const { reactions: _, ...rest } = message;
    return reactions.length === 0 ? rest : { ...rest, reactions };
  },
};

/** Returns the counts after one reaction was added or removed. `isMine`: by the person signed in. */
function countReaction(
  reactions: readonly Reaction[],
  { emoji, on }: ReactEvent,
  isMine: boolean,
): Reaction[] {
  const known = reactions.find((reaction) => reaction.emoji === emoji);
  // The page that contained the message may have counted the caller's reaction already.
  if (isMine && (known?.mine ?? false) === on) return [...reactions];
  if (!known)
    return on
      ? [...reactions, { emoji, count: 1, ...(isMine ? { mine: true as const } : {}) }]
      : [...reactions];
  const { mine, ...kind } = { ...known, count: known.count + (on ? 1 : -1) };
  const isStillMine = isMine ? on : mine === true;
  const next: Reaction = isStillMine ? { ...kind, mine: true } : kind;
  return reactions.flatMap((reaction) => (reaction !== known ? [reaction] : next.count > 0 ? [next] : []));
}

/** Updates the quote of a message, after an amendment of the quoted one. */
function requote(message: Message, quote: Quote, event: Amendment): Message {
  if (event.type === 'react' || (event.type === 'edit' && event.content === undefined)) return message;
  const { quote: _, ...rest } = message;
  if (event.type === 'delete') return rest;
  return { ...rest, quote: { ...quote, line: quoteLine(event.content ?? '') } };
}
