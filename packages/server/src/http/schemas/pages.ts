/** The one form of all lists that are read in pages. */
import { PAGE_MAX } from '@banter/protocol';
import { z } from 'zod';
import { text } from './values.ts';

/** The fields of a query that ask for a page. */
export const pageFields = {
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).optional(),
  cursor: text.optional(),
};

/** The query of a list that has no other fields. */
export const pageQuery = z.strictObject(pageFields);

type PageOf<K extends string, T extends z.ZodType> = z.ZodObject<
  Record<K, z.ZodArray<T>> & { cursor: z.ZodExactOptional<z.ZodString> },
  z.core.$strip
>;

/** The schema of a page: its rows under `name`, and the cursor of the next page if there is one. */
export function pageOf<K extends string, T extends z.ZodType>(name: K, row: T): PageOf<K, T> {
  return z.object({
    [name]: z.array(row).max(PAGE_MAX),
    cursor: z.string().exactOptional(),
  }) as unknown as PageOf<K, T>;
}

/** Writes a page as its answer has it: its rows under `name`. */
export function asPage<K extends string, T>(
  name: K,
  { rows, ...rest }: { rows: T[]; cursor?: string },
): Record<K, T[]> & { cursor?: string } {
  return { [name]: rows, ...rest } as Record<K, T[]> & { cursor?: string };
}
