/** Ends pages at a number of bytes [L11]. */
import { encodeJson, PAGE_MAX_BYTES } from '@banter/protocol';

/** Bytes that the other fields of a page take at most. */
const FRAME_BYTES = 4 * 1024;

/** Most bytes of the list of a page. */
export const LIST_MAX_BYTES = PAGE_MAX_BYTES - FRAME_BYTES;

/** Returns how many items fit into `maxBytes` as JSON, counted from the first; at least one, unless there are none. */
export function countFitting(items: Iterable<unknown>, maxBytes: number): number {
  let count = 0;
  let bytes = 0;
  for (const item of items) {
    bytes += jsonBytes(item);
    if (count > 0 && bytes > maxBytes) break;
    count++;
  }
  return count;
}

/** Returns the bytes of an item of a JSON list, with the comma that follows it. */
export function jsonBytes(item: unknown): number {
  return Buffer.byteLength(encodeJson(item)) + 1;
}
