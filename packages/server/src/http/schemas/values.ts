/** Schemas of single fields and parameters. */
import { z } from 'zod';

/** Any text that the store can hold: valid Unicode without U+0000. */
export const text = z
  .string()
  .refine(
    (value) => value.isWellFormed() && !value.includes('\u0000'),
    'must be valid Unicode without U+0000',
  );

/** An id in a path or a body. */
export const id = z.int().positive();

/** A position in a room's order. 0 is the position before the first event. */
export const seq = z.int().nonnegative();

/** A seq in a query, where every value is text. */
export const seqInQuery = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** An id in a query. */
export const idInQuery = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** A time in a response: ISO 8601, in UTC, with milliseconds. */
export const time = z.iso.datetime({ precision: 3 });

/** A time in a request: with or without milliseconds, in any time zone, in a year that the store can hold. */
export const givenTime = z.iso.datetime({ offset: true }).refine((value) => {
  const year = new Date(value).getUTCFullYear();
  return year >= 1 && year <= 9_999;
}, 'must be a time in the years 1 to 9999');
