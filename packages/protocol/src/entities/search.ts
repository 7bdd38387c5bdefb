/** What a search finds. */
import type { TextRange } from '../search/ranges.ts';
import type { Message } from './messages.ts';
import type { RoomKind, RoomPerson } from './rooms.ts';

/** A message that a search has found. */
export type SearchHit = {
  message: Message;
  /** `people`: those of a direct room, which has no name. */
  room: { id: number; name: string; kind: RoomKind; people?: RoomPerson[] };
  /** Where in `content` the words and phrases stand: pairs of start and end in UTF-16 units, in rising order. */
  ranges: TextRange[];
  /** The path of a page of history around it. */
  link: string;
  /** What was said just before and after it, ascending; only where it was asked for. */
  before?: Message[];
  after?: Message[];
};

export type SearchOrder = 'newest' | 'best';

/** One page of a search. */
export type SearchPage = {
  hits: SearchHit[];
  /** Asks for the next page; absent on the last one. */
  cursor?: string;
  /** Messages of the rooms searched that search has not come to yet, up to SEARCH_BEHIND_MAX; 0 nearly always. */
  behind: number;
};
