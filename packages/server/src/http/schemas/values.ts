/** What single fields and parameters hold. */
import { z } from 'zod';

/** Any text that the store can hold: valid Unicode without U+0000. */
export const text = z
  .string()
  .refine(
    (value) => value.isWellFormed() && !value.includes('\u0000'),
    'must be valid Unicode without U+0000',
  );

/** The id of a thing, as a path or a body has it. */
export const id = z.int().positive();

/** A place in a room's order, or 0 for the place before the first event. */
export const seq = z.int().nonnegative();

/** The same in a query, where everything is text. */
export const seqInQuery = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);

/** The id of a thing in a query. */
export const idInQuery = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** ISO 8601 in UTC with milliseconds. */
export const time = z.iso.datetime({ precision: 3 });

/** A time as clients may write it: with or without milliseconds, in any zone, in a year that the store can keep. */
export const givenTime = z.iso.datetime({ offset: true }).refine((value) => {
  const year = new Date(value).getUTCFullYear();
  return year >= 1 && year <= 9_999;
}, 'must be in the years 1 to 9999');
