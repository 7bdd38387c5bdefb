/** Looking into what the indexer has put together (search-index.ts). */
import type { Message, RoomKind, RoomPerson, SearchHit } from '@banter/protocol';
import type { Database, Scope } from '../database/database.ts';
import { messageWithReactions, type ReactedMessageRow } from '../rows/messages.ts';
import { INDEXED_PARTS, SEARCH_SQL, type SearchSource } from './search-sql.ts';

export { SEARCH_SETTINGS, type SearchSource } from './search-sql.ts';

/** What a query's words are to be looked up for. Names in lower case; null for any. */
export type SearchNames = {
  /** The only room to look in, where there is but one. */
  onlyRoomId: number | null;
  rooms: readonly string[] | null;
  authors: readonly string[] | null;
  /** The terms that are words, for the index of words. */
  words: readonly { kind: string; text: string }[];
};

/** What they mean. */
export type ResolvedSearch = {
  /** The asker's rooms to look in, and those names that are no room of the asker's. */
  rooms: number[];
  unknownRooms: string[];
  authors: number[];
  unknownAuthors: string[];
  /** Messages in those rooms, and on the whole server. */
  messageCount: number;
  allCount: number;
  /** Messages of those rooms that are not indexed yet, told up to SEARCH_BEHIND_MAX. */
  behind: number;
  /** Whether one of the terms has no word in it, as PostgreSQL sees words: then nothing holds it. */
  hasVoid: boolean;
  /** The words as a tsquery; null without any. */
  words: string | null;
};

/** A place in the order of time: microseconds, room, seq. */
export type HitPosition = readonly [number, number, number];

/** What must match. */
export type SearchMatch = {
  userId: number;
  /** Rooms that are looked into, where the asker is a member; null for all of these. */
  rooms: readonly number[] | null;
  /** Words and marks as a tsquery. */
  words: string | null;
  /** Texts that stand in it, the longest first. */
  parts: readonly string[];
  after: string | null;
  before: string | null;
};

/** Which places are looked at: from `top` down to `floor`, all below `below`; null for no bound. */
export type PositionBounds = {
  top: HitPosition | null;
  floor: HitPosition | null;
  below: HitPosition | null;
};
export const NO_BOUNDS: PositionBounds = { top: null, floor: null, below: null };

/** A found message with its place. */
export type FoundMessage = { message: Message; room: SearchHit['room']; place: HitPosition };
export type RankedMessage = FoundMessage & { score: number };
/** The best of some candidates, of which the newest and oldest stand at `top` and `floor`. */
export type RankedMessages = {
  hits: RankedMessage[];
  candidates: number;
  top: HitPosition | null;
  floor: HitPosition | null;
};

/** How far to look: entries that a walk passes, and matches to choose from. */
export type SearchReach = { walk: number; candidates: number };
/** How to choose: words to rank by, the characters of all parts, and what was shown already. */
export type Ranking = {
  words: string | null;
  partChars: number;
  after: { score: number; place: HitPosition } | null;
};

/** Messages around a hit. */
export type HitContext = { before: Message[]; after: Message[] };

export type SearchStore = {
  resolve(userId: number, names: SearchNames, scope?: Scope): Promise<ResolvedSearch>;
  /** The newest matches, `limit` at most. */
  newest(
    source: SearchSource,
    match: SearchMatch,
    bounds: PositionBounds,
    reach: { walk: number; limit: number },
    scope?: Scope,
  ): Promise<FoundMessage[]>;
  /** The best `limit` of the newest matches. */
  best(
    source: SearchSource,
    match: SearchMatch,
    bounds: PositionBounds,
    reach: SearchReach & { limit: number },
    ranking: Ranking,
    scope?: Scope,
  ): Promise<RankedMessages>;
  /** What stands around hits, `count` messages on each side, in the order of the hits. */
  context(userId: number, hits: readonly FoundMessage[], count: number, scope?: Scope): Promise<HitContext[]>;
};

const NEWEST = {
  walk: SEARCH_SQL.newestByWalk,
  index: SEARCH_SQL.newestByIndex,
  mentions: SEARCH_SQL.newestByMentions,
};
const BEST = {
  walk: SEARCH_SQL.bestByWalk,
  index: SEARCH_SQL.bestByIndex,
  mentions: SEARCH_SQL.bestByMentions,
};

/** @param database connections of search's own, with SEARCH_SETTINGS. */
export function createSearchStore(database: Database): SearchStore {
  const { query } = database;
  return {
    async resolve(userId, { onlyRoomId, rooms, authors, words }, scope) {
      const terms = [words.map(({ kind }) => kind), words.map(({ text }) => text)];
      const params = [userId, onlyRoomId, rooms, authors, ...terms];
      const [row] = await query<ResolvedRow>(SEARCH_SQL.resolve, params, scope);
      if (!row) throw new Error('the store resolved nothing');
      return toResolved(row);
    },
    async newest(source, match, bounds, { walk, limit }, scope) {
      const rows = await query<FoundRow>(NEWEST[source], [...common(match, bounds), walk, limit], scope);
      return rows.map(toFound);
    },
    async best(source, match, bounds, { walk, candidates, limit }, { words, partChars, after }, scope) {
      const own = [walk, candidates, limit, words, partChars, after?.score ?? null, after?.place ?? null];
      const rows = await query<ScoredRow>(BEST[source], [...common(match, bounds), ...own], scope);
      const hits = rows.map((row) => ({ ...toFound(row), score: row.score }));
      const [first] = rows;
      return {
        hits,
        candidates: first?.candidates ?? 0,
        top: first?.top ?? null,
        floor: first?.floor ?? null,
      };
    },
    async context(userId, hits, count, scope) {
      const rooms = hits.map(({ message }) => message.roomId);
      const seqs = hits.map(({ message }) => message.seq);
      const rows = await query<ContextRow>(SEARCH_SQL.context, [userId, rooms, seqs, count], scope);
      const contexts = hits.map((): HitContext => ({ before: [], after: [] }));
      for (const row of rows) {
        const side = row.seq < (seqs[row.hit - 1] ?? 0) ? 'before' : 'after';
        contexts[row.hit - 1]?.[side].push(messageWithReactions(row));
      }
      return contexts;
    },
  };
}

/** $1 to $10 of the statements. */
function common(
  { userId, rooms, words, parts, after, before }: SearchMatch,
  { top, floor, below }: PositionBounds,
): unknown[] {
  const patterns = parts.map(toPattern);
  const [longest, others] = [patterns.slice(0, INDEXED_PARTS), patterns.slice(INDEXED_PARTS)];
  return [userId, rooms, words, longest, others.length > 0 ? others : null, after, before, top, floor, below];
}

/** A text as a pattern that matches what holds it. */
function toPattern(part: string): string {
  return `%${part.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

type ResolvedRow = {
  rooms: number[];
  unknown_rooms: string[];
  authors: number[];
  unknown_authors: string[];
  message_count: number;
  all_count: number;
  behind: number;
  has_void: boolean;
  words: string | null;
};
type FoundRow = ReactedMessageRow & {
  room_name: string;
  room_kind: RoomKind;
  people: RoomPerson[] | null;
  place: HitPosition;
};
type ScoredRow = FoundRow & { score: number; candidates: number; top: HitPosition; floor: HitPosition };
type ContextRow = ReactedMessageRow & { hit: number };

function toResolved(row: ResolvedRow): ResolvedSearch {
  return {
    rooms: row.rooms,
    unknownRooms: row.unknown_rooms,
    authors: row.authors,
    unknownAuthors: row.unknown_authors,
    messageCount: row.message_count,
    allCount: row.all_count,
    behind: row.behind,
    hasVoid: row.has_void,
    words: row.words,
  };
}

function toFound(row: FoundRow): FoundMessage {
  const people = row.people === null ? {} : { people: row.people };
  const room = { id: row.room_id, name: row.room_name, kind: row.room_kind, ...people };
  return { message: messageWithReactions(row), room, place: row.place };
}
