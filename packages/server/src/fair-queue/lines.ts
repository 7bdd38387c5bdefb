/** The lines of a fair queue, and what is needed to take turns in them. */

/** Work that waits for a place. */
export type Entry = {
  resolve: (leave: () => void) => void;
  reject: (reason: unknown) => void;
  signal: AbortSignal | undefined;
  onAbort: (() => void) | null;
};

/** The work of one person over all their networks. */
export type Person = { key: number | string; running: number; waiting: number };
/** The work of one network, with its lines; the one whose turn is next comes first. */
export type Network = { name: string; running: number; waiting: number; lines: Map<number | string, Line> };
/** The work of one person from one network. `waiting`: the oldest first. */
export type Line = { network: Network; person: Person; running: number; waiting: Set<Entry> };

/** Returns the value of a key; `make` creates a missing one. */
export function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}

/** Makes a key the last of its map. */
export function moveToEnd<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
}

/** Returns the first of those with the largest amount; null for none. */
export function mostOf<T>(all: Iterable<T>, amountOf: (each: T) => number): T | null {
  let most: T | null = null;
  for (const each of all) if (!most || amountOf(each) > amountOf(most)) most = each;
  return most;
}
