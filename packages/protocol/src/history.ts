/** A page of a room's history, as HTTP returns it. */
import type { Message } from './entities/entities.ts';
import type { NoticeEvent } from './event-kinds.ts';

/**
 * One page of history, in ascending seq order. `hasMore`: the room has more messages in the direction asked for. `head`: the
 * room's head when the page was read; the messages and their reactions are as all events up to it have made them. A page
 * without messages has no `head`. `notices`, only if asked for: the other events in the seq range of the page; if there are
 * more than NOTICES_MAX, the newest of them.
 */
export type MessagePage = { messages: Message[]; hasMore: boolean; head?: number; notices?: Notice[] };

/** An event that is neither a message nor a change of one: a join, a new topic, a ban. */
export type Notice = Flat<NoticeEvent>;

type Flat<T> = T extends unknown ? { [K in keyof T]: T[K] } : never;
