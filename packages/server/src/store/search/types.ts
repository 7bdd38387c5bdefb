/** The contract of search in the store. */
import type { Message, SearchHit } from '@banter/protocol';
import type { Scope } from '../database/database.ts';

/** The names and words of a query, to be resolved. Names are in lower case. */
export type SearchNames = {
  /** The only room to search; null for all. */
  onlyRoomId: number | null;
  /** Names of rooms, and for direct rooms `@` with a member's name; null for any. */
  rooms: readonly string[] | null;
  /** Usernames; null for any. */
  authors: readonly string[] | null;
  /** The terms that the index of words can find. */
  words: readonly WordsOfTerm[];
  /** Texts that a message must contain, as typed. */
  parts: readonly string[];
};

/** Words in a row. `isOpen`: the last one may be the start of a longer word. */
export type WordsOfTerm = { text: string; isOpen: boolean };

/** The meaning of a query's names and words. */
export type ResolvedSearch = {
  /** The searcher's rooms that the query allows. */
  rooms: number[];
  /** Names that are none of the searcher's rooms. */
  unknownRooms: string[];
  authors: number[];
  unknownAuthors: string[];
  /** How many messages those rooms have. */
  messageCount: number;
  /** How many messages the whole server has. */
  allCount: number;
  /** How many messages of those rooms are not indexed yet, counted up to SEARCH_BEHIND_MAX. */
  behind: number;
  /** Whether PostgreSQL sees no word in one of the terms. Then no message matches. */
  hasEmptyTerm: boolean;
  /** The words as a tsquery; null without any. */
  words: string | null;
  /** The parts, folded as the index folds texts. */
  parts: string[];
};

/** The position of a message in the order of time, on the whole server: microseconds, room id, seq. */
export type HitPosition = readonly [number, number, number];

/**
 * How to find the matches, newest first. `walk` reads the newest entries and tests each: good for frequent words. `index`
 * asks the index of words or parts for all matches: good for rare ones. `mentions` starts at the searcher's mentions.
 */
export type SearchSource = 'walk' | 'index' | 'mentions';

/** The conditions that a message must meet. */
export type SearchMatch = {
  /** The searcher. */
  userId: number;
  /** Only these rooms, as far as the searcher is a member; null for all of the searcher's rooms. */
  rooms: readonly number[] | null;
  /** Words and marks as a tsquery; null for any. */
  words: string | null;
  /** Texts that the folded message contains, the longest first. */
  parts: readonly string[];
  /** ISO 8601; the message was sent at this time or later. */
  after: string | null;
  /** ISO 8601; the message was sent before this time. */
  before: string | null;
};

/** The positions to search: from `top` down to `floor`, and below `below`. Null for no bound. */
export type PositionBounds = {
  top: HitPosition | null;
  floor: HitPosition | null;
  below: HitPosition | null;
};

/** All positions. */
export const NO_BOUNDS: PositionBounds = { top: null, floor: null, below: null };

/** A message that matches, with its room and its position. */
export type FoundMessage = { message: Message; room: SearchHit['room']; position: HitPosition };

/** A found message with its score: higher is better. */
export type RankedMessage = FoundMessage & { score: number };

/** The best of some candidates. `top` and `floor` are the positions of the newest and the oldest candidate. */
export type RankedMessages = {
  hits: RankedMessage[];
  /** How many candidates there were. */
  candidates: number;
  top: HitPosition | null;
  floor: HitPosition | null;
};

/** How far to search: `walk` entries for a walk, and the newest `candidates` matches to rank. */
export type SearchReach = { walk: number; candidates: number };

/** How to rank candidates. */
export type Ranking = {
  /** A tsquery; null without words. */
  words: string | null;
  /** How many characters the query's parts have together. */
  partChars: number;
  /** The last hit of the previous page; null for the first page. */
  after: { score: number; position: HitPosition } | null;
};

/** The messages around a hit, in ascending order. */
export type HitContext = { before: Message[]; after: Message[] };

/** Searches messages. Each method checks itself which messages the searcher may see. */
export type SearchStore = {
  /** Looks up what a query's names and words mean to the searcher. */
  resolve(userId: number, names: SearchNames, scope?: Scope): Promise<ResolvedSearch>;
  /** Returns up to `limit` of the newest matches, newest first. */
  newest(
    source: SearchSource,
    match: SearchMatch,
    bounds: PositionBounds,
    reach: { walk: number; limit: number },
    scope?: Scope,
  ): Promise<FoundMessage[]>;
  /** Ranks the newest matches and returns up to `limit` of the best, best first. */
  best(
    source: SearchSource,
    match: SearchMatch,
    bounds: PositionBounds,
    reach: SearchReach & { limit: number },
    ranking: Ranking,
    scope?: Scope,
  ): Promise<RankedMessages>;
  /** Returns the messages around hits, up to `count` on each side, in the order of the hits. */
  context(userId: number, hits: readonly FoundMessage[], count: number, scope?: Scope): Promise<HitContext[]>;
};
