/** Where a search goes on: what a client gives back to get the next page, and does not look into. */
import { createHash } from 'node:crypto';
import type { ChatError, SearchOrder } from '@banter/protocol';
import type { HitPosition, SearchSource } from '../../store/search/search.ts';
import { invalidField } from '../fields.ts';

/**
 * `newest`: below a place. `best`: below a score and a place, among the candidates that the first page had, so that what is
 * posted meanwhile moves none of them.
 */
export type SearchCursor =
  | { order: 'newest'; below: HitPosition }
  | {
      order: 'best';
      source: SearchSource;
      top: HitPosition;
      floor: HitPosition;
      after: { score: number; position: HitPosition };
    };

/** Changed whenever an old cursor would be misread. */
const VERSION = 1;
const SOURCES: readonly SearchSource[] = ['walk', 'index', 'mentions'];
const CURSOR_MAX_CHARS = 512;
const HASH_CHARS = 11;
const WRONG = 'cursor is not one that this search gave: leave it out to begin again';

/** A cursor as text, bound to its search: `about` is everything that the search was asked with. */
export function writeCursor(cursor: SearchCursor, about: unknown): string {
  const own =
    cursor.order === 'newest'
      ? [cursor.below]
      : [SOURCES.indexOf(cursor.source), cursor.top, cursor.floor, cursor.after.score, cursor.after.position];
  return Buffer.from(JSON.stringify([VERSION, hashOf(about), cursor.order, ...own])).toString('base64url');
}

/** @throws ChatError invalid for what is no cursor of this search in this order. */
export function readCursor(text: string, order: SearchOrder, about: unknown): SearchCursor {
  const [version, hash, given, ...own] = parse(text);
  if (version !== VERSION || hash !== hashOf(about) || given !== order) throw wrong();
  if (order === 'newest') return { order, below: place(own[0]) };
  const [source, top, floor, score, at] = own;
  const known = SOURCES[typeof source === 'number' ? source : -1];
  if (known === undefined || typeof score !== 'number') throw wrong();
  return {
    order,
    source: known,
    top: place(top),
    floor: place(floor),
    after: { score, position: place(at) },
  };
}

function parse(text: string): unknown[] {
  if (text.length > CURSOR_MAX_CHARS || !/^[\w-]+$/.test(text)) throw wrong();
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(value)) return value;
  } catch {
    // What is no JSON is answered as what is JSON of something else.
  }
  throw wrong();
}

function place(value: unknown): HitPosition {
  if (!Array.isArray(value) || value.length !== 3 || !value.every(Number.isSafeInteger)) throw wrong();
  const [at, room, seq] = value as [number, number, number];
  if (Math.abs(at) > AT_MAX) throw wrong();
  return [at, room, seq];
}

/** Microseconds of some 250 years on both sides of 1970: more than PostgreSQL would add is no time of ours. */
const AT_MAX = 8e15;

function hashOf(about: unknown): string {
  return createHash('sha256').update(JSON.stringify(about)).digest('base64url').slice(0, HASH_CHARS);
}

function wrong(): ChatError {
  return invalidField('cursor', WRONG);
}
