/** Searches the tables that the indexer fills (search-index.ts). */
import type { RoomKind, RoomPerson } from '@banter/protocol';
import type { Database } from '../database/database.ts';
import { messageWithReactions, type ReactedMessageRow } from '../rows/messages.ts';
import { INDEXED_PARTS, INDEXED_TEXT_PATTERN, SEARCH_SQL } from './search-sql.ts';
import type {
  FoundMessage,
  HitContext,
  HitPosition,
  PositionBounds,
  ResolvedSearch,
  SearchMatch,
  SearchStore,
} from './types.ts';

export { SEARCH_SETTINGS } from './search-sql.ts';
export type {
  FoundMessage,
  HitContext,
  HitPosition,
  RankedMessages,
  ResolvedSearch,
  SearchMatch,
  SearchSource,
  SearchStore,
  WordsOfTerm,
} from './types.ts';
export { NO_BOUNDS } from './types.ts';

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

/** Creates the store of search. @param database its own connections, opened with SEARCH_SETTINGS. */
export function createSearchStore(database: Database): SearchStore {
  const { query } = database;
  return {
    async resolve(userId, { onlyRoomId, rooms, authors, words, parts }, scope) {
      const terms = [words.map(({ text }) => text), words.map(({ isOpen }) => isOpen), parts];
      const params = [userId, onlyRoomId, rooms, authors, ...terms];
      const [row] = await query<ResolvedRow>(SEARCH_SQL.resolve, params, scope);
      if (!row) throw new Error('the store resolved no names');
      return toResolved(row);
    },
    async newest(source, match, bounds, { walk, limit }, scope) {
      const params = [...matchParams(match, bounds), walk, limit];
      return (await query<FoundRow>(NEWEST[source], params, scope)).map(toFound);
    },
    async best(source, match, bounds, { walk, candidates, limit }, { words, partChars, after }, scope) {
      const last = [after?.score ?? null, after?.position ?? null];
      const own = [walk, candidates, limit, words, partChars, ...last];
      const rows = await query<RankedRow>(BEST[source], [...matchParams(match, bounds), ...own], scope);
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

/** The parameters $1 to $10 of `newest` and `best`. */
function matchParams(
  { userId, rooms, words, parts, after, before }: SearchMatch,
  { top, floor, below }: PositionBounds,
): unknown[] {
  const longest = parts.filter((part) => INDEXED_TEXT_PATTERN.test(part)).slice(0, INDEXED_PARTS);
  const others = parts.filter((part) => !longest.includes(part)).map(toPattern);
  return [
    userId,
    rooms,
    words,
    longest.map(toPattern),
    others.length > 0 ? others : null,
    after,
    before,
    top,
    floor,
    below,
  ];
}

/** Turns a text into a LIKE pattern for texts that contain it. */
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
  has_empty_term: boolean;
  words: string | null;
  parts: string[];
};
type FoundRow = ReactedMessageRow & {
  room_name: string;
  room_kind: RoomKind;
  people: RoomPerson[] | null;
  position: HitPosition;
};
type RankedRow = FoundRow & { score: number; candidates: number; top: HitPosition; floor: HitPosition };
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
    hasEmptyTerm: row.has_empty_term,
    words: row.words,
    parts: row.parts,
  };
}

function toFound(row: FoundRow): FoundMessage {
  const people = row.people === null ? {} : { people: row.people };
  const room = { id: row.room_id, name: row.room_name, kind: row.room_kind, ...people };
  return { message: messageWithReactions(row), room, position: row.position };
}
