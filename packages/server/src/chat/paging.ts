/** Pages of lists. Every list has the same form: `limit` and `cursor` ask for a page, whose own `cursor` leads to the next one. */
import { type ChatError, PAGE_DEFAULT } from '@banter/protocol';
import { invalidField } from './fields.ts';

/** Which page to read: up to `limit` rows, after the row that `cursor` names. */
export type PageQuery = { limit?: number | undefined; cursor?: string | undefined };

/** The place of a row in its list: the values that the list is sorted by. */
export type Place = readonly (string | number)[];

/** The rows of a page. `cursor` is absent on the last one. */
export type Page<T> = { rows: T[]; cursor?: string };

const CURSOR_MAX_CHARS = 256;
const NAME_MAX_CHARS = 64;
const LAST_TIME_MS = Date.UTC(9999, 11, 31);

/** A list that can be read in pages. */
export type Paged<T, P extends Place> = {
  /** The name of the list, with the id of what it belongs to. A cursor that another list gave is refused here. */
  name: string;
  /** Returns the first `limit` rows after a place, or of the whole list. */
  read(after: P | null, limit: number): Promise<T[]>;
  /** Returns a row's place in the list's order. */
  placeOf(row: T): P;
  /** Whether a place that a client sent has the types of this list. */
  isPlace(given: Place): boolean;
};

/** Reads a page of a list. @throws ChatError invalid for a cursor that is not of this kind of list, and as `read`. */
export async function readPage<T, P extends Place>(
  { limit = PAGE_DEFAULT, cursor }: PageQuery,
  { name, read, placeOf, isPlace }: Paged<T, P>,
): Promise<Page<T>> {
  const after = cursor === undefined ? null : parseCursor(name, cursor);
  if (after !== null && !isPlace(after)) throw wrongCursor();
  const found = await read(after as P | null, limit + 1);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return found.length > limit && last !== undefined
    ? { rows, cursor: writeCursor(name, placeOf(last)) }
    : { rows };
}

/** A list of things, newest first by their ids. `read` gets the id below which the page begins. */
export function byId<T extends { id: number }>(
  name: string,
  read: (below: number, limit: number) => Promise<T[]>,
): Paged<T, readonly [number]> {
  return {
    name,
    read: (after, limit) => read(after?.[0] ?? Number.MAX_SAFE_INTEGER, limit),
    placeOf: ({ id }) => [id],
    isPlace: (given) => typesOf(given) === 'number',
  };
}

/** A list of people by their usernames. `read` gets the name after which the page begins; every name comes after ''. */
export function byUsername<T extends { username: string }>(
  name: string,
  read: (after: string, limit: number) => Promise<T[]>,
): Paged<T, readonly [string]> {
  return {
    name,
    read: (after, limit) => read(after?.[0] ?? '', limit),
    placeOf: ({ username }) => [username],
    isPlace: (given) => typesOf(given) === 'string',
  };
}

/** Whether a place is a time in milliseconds since 1970 and an id. The time is in a year that PostgreSQL can write. */
export function isTimeAndId(place: Place): boolean {
  const [time] = place;
  return typesOf(place) === 'number,number' && Number(time) <= LAST_TIME_MS;
}

/** The types of a place's values, separated by commas. */
export function typesOf(place: Place): string {
  return place.map((value) => typeof value).join();
}

function writeCursor(list: string, place: Place): string {
  return Buffer.from(JSON.stringify([list, ...place])).toString('base64url');
}

function parseCursor(list: string, cursor: string): Place {
  if (cursor.length > CURSOR_MAX_CHARS || !/^[\w-]+$/.test(cursor)) throw wrongCursor();
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parsed) && parsed[0] === list && parsed.every(isValue)) return parsed.slice(1);
  } catch {
    // Text that is not JSON is answered like JSON of another shape.
  }
  throw wrongCursor();
}

function isValue(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0;
  return (
    typeof value === 'string' &&
    value.length <= NAME_MAX_CHARS &&
    value.isWellFormed() &&
    !value.includes('\u0000')
  );
}

function wrongCursor(): ChatError {
  return invalidField('cursor', 'cursor is not one of this list: leave it out to start again');
}
