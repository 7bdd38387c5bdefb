/** Cursors of search: opaque texts with which a client asks for the next page. */
import { createHash } from 'node:crypto';
import type { ChatError, SearchOrder } from '@banter/protocol';
import type { HitPosition, SearchSource } from '../../store/search/search.ts';
import { invalidField } from '../fields.ts';

/**
 * The place where the next page begins. `newest`: below a position. `best`: below a score and a position, among the
 * candidates of the first page, so that messages posted meanwhile move no hit.
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

/** Increased whenever older cursors would be misread. */
const VERSION = 1;
const SOURCES: readonly SearchSource[] = ['walk', 'index', 'mentions'];
const CURSOR_MAX_CHARS = 512;
const HASH_CHARS = 11;
/** Microseconds of about 250 years before and after 1970. */
const AT_MAX = 8e15;

/** Writes a cursor as text. @param bound everything that the search was asked with; the cursor works for no other. */
export function writeCursor(cursor: SearchCursor, bound: unknown): string {
  const own =
    cursor.order === 'newest'
      ? [cursor.below]
      : [SOURCES.indexOf(cursor.source), cursor.top, cursor.floor, cursor.after.score, cursor.after.position];
  return Buffer.from(JSON.stringify([VERSION, hashOf(bound), cursor.order, ...own])).toString('base64url');
}

/** Reads a cursor of this search in this order. @throws ChatError invalid for any other text. */
export function readCursor(text: string, order: SearchOrder, bound: unknown): SearchCursor {
  const [version, hash, given, ...own] = parse(text);
  if (version !== VERSION || hash !== hashOf(bound) || given !== order) throw wrongCursor();
  if (order === 'newest') return { order, below: toPosition(own[0]) };
  const [source, top, floor, score, at] = own;
  const known = SOURCES[typeof source === 'number' ? source : -1];
  if (known === undefined || typeof score !== 'number') throw wrongCursor();
  return {
    order,
    source: known,
    top: toPosition(top),
    floor: toPosition(floor),
    after: { score, position: toPosition(at) },
  };
}

function parse(text: string): unknown[] {
  if (text.length > CURSOR_MAX_CHARS || !/^[\w-]+$/.test(text)) throw wrongCursor();
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(value)) return value;
  } catch {
    // Text that is not JSON is answered like JSON of another shape.
  }
  throw wrongCursor();
}

function toPosition(value: unknown): HitPosition {
  if (!Array.isArray(value) || value.length !== 3 || !value.every(Number.isSafeInteger)) throw wrongCursor();
  const [at, room, seq] = value as [number, number, number];
  if (Math.abs(at) > AT_MAX) throw wrongCursor();
  return [at, room, seq];
}

function hashOf(bound: unknown): string {
  return createHash('sha256').update(JSON.stringify(bound)).digest('base64url').slice(0, HASH_CHARS);
}

function wrongCursor(): ChatError {
  return invalidField('cursor', 'cursor is not one of this search: leave it out to start again');
}
