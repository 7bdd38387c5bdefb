/** The results of a search. */
import type { TextRange } from '../search/ranges.ts';
import type { Message } from './messages.ts';
import type { RoomKind, RoomPerson } from './rooms.ts';

/** A message that matches a search. */
export type SearchHit = {
  message: Message;
  /** `people` only for a direct room, which has no name. */
  room: { id: number; name: string; kind: RoomKind; people?: RoomPerson[] };
  /** The matches in `content`, ascending. */
  ranges: TextRange[];
  /** The path of a page of history around the message. */
  link: string;
  /** The messages just before the hit, ascending. Only if the caller asked for context. */
  before?: Message[];
  /** The messages just after the hit, ascending. Only if the caller asked for context. */
  after?: Message[];
};

/** `newest`: hits by time, newest first. `best`: hits by relevance. */
export type SearchOrder = 'newest' | 'best';

/** One page of a search. */
export type SearchPage = {
  hits: SearchHit[];
  /** Asks for the next page. The last page has none. */
  cursor?: string;
  /** How many messages of the searched rooms are not indexed yet; at most SEARCH_BEHIND_MAX, and usually 0. */
  behind: number;
};
