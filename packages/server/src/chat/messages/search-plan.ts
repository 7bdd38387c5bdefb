/** Plans a search: turns names into ids and filters into marks of the index, and chooses how to read. */
import {
  countCodePoints,
  isOwnWord,
  type SearchQuery,
  type SearchTerm,
  searchFold,
  searchWords,
} from '@banter/protocol';
import type {
  ResolvedSearch,
  SearchMatch,
  SearchSource,
  SearchStore,
  WordsOfTerm,
} from '../../store/search/search.ts';
import type { Caller, Scope } from '../caller.ts';
import { invalidField } from '../fields.ts';

/** A query, translated for the store. */
export type SearchPlan = {
  match: SearchMatch;
  /** The words as a tsquery, for ranking; null without any. */
  words: string | null;
  /** How many code points the query's parts of words have, for ranking. */
  partChars: number;
  /** The ways to read, the cheapest first; empty if nothing can match. */
  sources: readonly SearchSource[];
  /** How many messages of the caller's rooms are not indexed yet. */
  behind: number;
  scope: Scope;
};

/** Callers whose rooms hold less than this share of all messages are served best by the rooms' marks in the index. */
const SMALL_SHARE = 1 / 4;
const ROOM_MARKS_MAX = 100;
/** The name of the caller in `from:`. */
const ME = 'me';

/**
 * Plans a search for a caller.
 * @param onlyRoomId the only room to search in; null for all of the caller's rooms.
 * @throws ChatError invalid for unknown names of rooms and people.
 */
export async function planSearch(
  search: Pick<SearchStore, 'resolve'>,
  { user, permissions, scope }: Caller,
  query: SearchQuery,
  onlyRoomId: number | null,
): Promise<SearchPlan> {
  const from = lowerCase(query.from);
  const resolved = await search.resolve(user.id, namesOf(query, from, onlyRoomId), scope);
  // A token for one room must not learn who else is on the server [T3]: an unknown author finds nothing, and no error.
  requireKnown(permissions.roomId === null ? resolved : { ...resolved, unknownAuthors: [] });
  const authors = from.includes(ME) ? [...resolved.authors, user.id] : resolved.authors;
  const isNarrowed = query.in.length > 0 || onlyRoomId !== null;
  const { parts } = resolved;
  return {
    match: {
      userId: user.id,
      rooms: isNarrowed ? resolved.rooms : null,
      words: marksOf(query, resolved, authors, isNarrowed),
      parts: parts.toSorted((a, b) => b.length - a.length),
      after: query.after ?? null,
      before: query.before ?? null,
    },
    words: resolved.words,
    partChars: parts.reduce((sum, part) => sum + countCodePoints(part), 0),
    sources: from.length > 0 && authors.length === 0 ? [] : sourcesOf(query, resolved),
    behind: resolved.behind,
    scope,
  };
}

/** The names and words of a query that the store must resolve. */
function namesOf(query: SearchQuery, from: readonly string[], onlyRoomId: number | null) {
  const named = from.filter((name) => name !== ME);
  return {
    onlyRoomId,
    rooms: query.in.length > 0 ? lowerCase(query.in) : null,
    authors: named.length > 0 ? named : null,
    words: query.terms.flatMap((term) => (term.kind === 'part' ? wordsWithin(term) : [wordsOf(term)])),
    parts: query.terms.filter(({ kind }) => HAS_PART[kind]).map(({ text }) => text),
  };
}

/** The terms whose characters a text must contain exactly. */
const HAS_PART: Record<SearchTerm['kind'], boolean> = {
  words: false,
  prefix: false,
  part: true,
  exact: true,
  exactPrefix: true,
};

function wordsOf({ kind, text }: SearchTerm): WordsOfTerm {
  return { text, isOpen: kind === 'prefix' || kind === 'exactPrefix' };
}

/**
 * The words that every text with this part must contain. The part's first word may be the end of a longer word, so it
 * does not count; its last word may be the beginning of one. Only for parts with characters beyond ASCII, which the
 * index of trigrams may not know.
 */
function wordsWithin({ text }: SearchTerm): WordsOfTerm[] {
  const folded = searchFold(text);
  if (/^[\0-\x7f]*$/.test(folded)) return [];
  const words = searchWords(folded).filter(({ word, start }) => start > 0 || isOwnWord(word));
  const [first, last] = [words[0], words.at(-1)];
  if (!first || !last) return [];
  const isOpen = last.end === folded.length && !isOwnWord(last.word);
  return [{ text: folded.slice(first.start), isOpen }];
}

/** Words, authors, features and rooms as one tsquery; null without any. */
function marksOf(
  query: SearchQuery,
  resolved: ResolvedSearch,
  authors: readonly number[],
  isNarrowed: boolean,
): string | null {
  const isSmall = resolved.messageCount < resolved.allCount * SMALL_SHARE;
  const marks = [
    resolved.words,
    anyOf(authors.map((id) => `'@from:${id}'`)),
    ...query.has.map((feature) => `'@${feature}'`),
    isNarrowed || isSmall
      ? anyOf(resolved.rooms.slice(0, ROOM_MARKS_MAX + 1).map((id) => `'@room:${id}'`))
      : null,
  ].filter((mark) => mark !== null);
  return marks.length > 0 ? marks.join(' & ') : null;
}

function sourcesOf(
  { mentionsMe }: SearchQuery,
  { rooms, hasEmptyTerm }: ResolvedSearch,
): readonly SearchSource[] {
  if (rooms.length === 0 || hasEmptyTerm) return [];
  return mentionsMe ? ['mentions'] : ['walk', 'index'];
}

function requireKnown({ unknownRooms, unknownAuthors }: ResolvedSearch): void {
  const [room] = unknownRooms;
  if (room !== undefined)
    throw invalidField(
      'q',
      `in:${room}: you are in no ${room.startsWith('@') ? 'direct room with this person' : 'room of this name'}`,
    );
  const [author] = unknownAuthors;
  if (author !== undefined) throw invalidField('q', `from:${author}: there is nobody of this name`);
}

/** Any of these marks; null for none, and for too many. */
function anyOf(marks: readonly string[]): string | null {
  return marks.length > 0 && marks.length <= ROOM_MARKS_MAX ? `(${marks.join(' | ')})` : null;
}

function lowerCase(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))];
}
