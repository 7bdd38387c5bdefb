/** Finds all places of one sequence in another. */

/**
 * Returns each index at which `needle` starts in `hay`, ascending; places may overlap. An empty `needle` has none. The time is
 * linear in the sum of both lengths for any input (Knuth, Morris and Pratt).
 */
export function occurrences(hay: ArrayLike<string>, needle: ArrayLike<string>): number[] {
  const starts: number[] = [];
  if (needle.length === 0) return starts;
  const borders = bordersOf(needle);
  for (let at = 0, matched = 0; at < hay.length; at++) {
    matched = extendMatch(needle, borders, matched, hay[at]);
    if (matched < needle.length) continue;
    starts.push(at + 1 - matched);
    matched = borders[matched] ?? 0;
  }
  return starts;
}

/** Returns, for each prefix length of `needle`, the length of the longest proper prefix that is also a suffix of it. */
function bordersOf(needle: ArrayLike<string>): Int32Array {
  const borders = new Int32Array(needle.length + 1);
  for (let at = 1, matched = 0; at < needle.length; at++) {
    matched = extendMatch(needle, borders, matched, needle[at]);
    borders[at + 1] = matched;
  }
  return borders;
}

/** Returns how many first items of `needle` match after `item`, given that `matched` of them matched before it. */
function extendMatch(needle: ArrayLike<string>, borders: Int32Array, matched: number, item?: string): number {
  let count = matched;
  while (count > 0 && needle[count] !== item) count = borders[count] ?? 0;
  return needle[count] === item ? count + 1 : count;
}
