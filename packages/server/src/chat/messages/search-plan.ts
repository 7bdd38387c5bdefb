/** What a query means to the store: names become ids, filters become marks of the index, and the ways to it are chosen. */
import { countCodePoints, isOwnWord, type SearchQuery, type SearchTerm, searchWords } from '@banter/protocol';
import type { ResolvedSearch, SearchMatch, SearchSource, SearchStore } from '../../store/search/search.ts';
import type { Caller, Scope } from '../caller.ts';
import { invalidField } from '../fields.ts';

/** A query, ready to be looked up. */
export type Asked = {
  match: SearchMatch;
  /** Its words alone, to rank by, and how many characters its parts have. */
  words: string | null;
  partChars: number;
  /** The ways to look it up, the cheaper one first; none where nothing can be found. */
  sources: readonly SearchSource[];
  behind: number;
  scope: Scope;
};

/** Whose rooms hold less than this share of all messages is best served by the rooms' marks in the index. */
const SMALL_SHARE = 1 / 4;
const ROOM_MARKS_MAX = 100;

/** @param onlyRoomId the one room to look in, or null. @throws ChatError invalid for names that mean nothing to the caller. */
export async function askedOf(
  search: SearchStore,
  { user, permissions, scope }: Caller,
  query: SearchQuery,
  onlyRoomId: number | null,
): Promise<Asked> {
  const from = lowerCase(query.from);
  const named = from.filter((name) => name !== ME);
  const names = {
    onlyRoomId,
    rooms: query.in.length > 0 ? lowerCase(query.in) : null,
    authors: named.length > 0 ? named : null,
    words: query.terms.flatMap((term) => (term.kind === 'part' ? wordsWithin(term) : [term])),
  };
  const resolved = await search.resolve(user.id, names, scope);
  // A token for one room must not ask who else is on the server: nobody of a name says no more than nothing of theirs [T3].
  requireKnown(permissions.roomId === null ? resolved : { ...resolved, unknownAuthors: [] });
  const authors = from.includes(ME) ? [...resolved.authors, user.id] : resolved.authors;
  const isNarrowed = names.rooms !== null || onlyRoomId !== null;
  const isSmall = resolved.messageCount < resolved.allCount * SMALL_SHARE;
  const parts = query.terms.filter(({ kind }) => kind === 'part' || kind === 'exact').map(({ text }) => text);
  const marks = [
    resolved.words,
    anyOf(authors.map((id) => `'@from:${id}'`)),
    ...query.has.map((feature) => `'@${feature}'`),
    isNarrowed || isSmall
      ? anyOf(resolved.rooms.slice(0, ROOM_MARKS_MAX + 1).map((id) => `'@room:${id}'`))
      : null,
  ].filter((mark) => mark !== null);
  return {
    match: {
      userId: user.id,
      rooms: isNarrowed ? resolved.rooms : null,
      words: marks.length > 0 ? marks.join(' & ') : null,
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

/**
 * The words that any text with this part in it must have: all but the first, which may be the end of a longer one, as the last
 * may be the beginning. Only where the part has signs beyond ASCII, of which the index of trigrams may know none.
 */
function wordsWithin({ text }: SearchTerm): SearchTerm[] {
  if (/^[\0-\x7f]*$/.test(text)) return [];
  const words = searchWords(text).filter(({ word, start }) => start > 0 || isOwnWord(word));
  const [first, last] = [words[0], words.at(-1)];
  if (!first || !last) return [];
  const isCut = last.end === text.length && !isOwnWord(last.word);
  return [{ kind: isCut ? 'prefix' : 'words', text: text.slice(first.start) }];
}

/** Stands for whoever asks. */
const ME = 'me';

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

function anyOf(marks: string[]): string | null {
  return marks.length > 0 && marks.length <= ROOM_MARKS_MAX ? `(${marks.join(' | ')})` : null;
}

function lowerCase(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.toLowerCase()))];
}
