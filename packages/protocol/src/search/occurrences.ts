/**
 * Where `needle` begins in `hay`, also where two of them overlap, in rising order; nowhere when it is empty. The time grows
 * with the length of both and never with their product, whatever repeats in them (the algorithm of Knuth, Morris and Pratt).
 */
export function occurrences(hay: ArrayLike<string>, needle: ArrayLike<string>): number[] {
  const starts: number[] = [];
  if (needle.length === 0) return starts;
  const borders = bordersOf(needle);
  for (let at = 0, matched = 0; at < hay.length; at++) {
    matched = extended(needle, borders, matched, hay[at]);
    if (matched < needle.length) continue;
    starts.push(at + 1 - matched);
    matched = borders[matched] ?? 0;
  }
  return starts;
}

/** For each number of first items of `needle`, how many of them, but not all, are its last ones as well. */
function bordersOf(needle: ArrayLike<string>): Int32Array {
  const borders = new Int32Array(needle.length + 1);
  for (let at = 1, matched = 0; at < needle.length; at++) {
    matched = extended(needle, borders, matched, needle[at]);
    borders[at + 1] = matched;
  }
  return borders;
}

/** How many first items of `needle` end with `item`, where `matched` of them ended with the one before. */
function extended(needle: ArrayLike<string>, borders: Int32Array, matched: number, item?: string): number {
  let count = matched;
  while (count > 0 && needle[count] !== item) count = borders[count] ?? 0;
  return needle[count] === item ? count + 1 : count;
}
