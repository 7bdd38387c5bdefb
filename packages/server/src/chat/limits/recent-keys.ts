/** What is remembered of keys, within a bound that a flood of them cannot pass. */

export type RecentKeys<K, V> = {
  /** What is known of the key, or what `make` gives. */
  get(key: K, make: () => V): V;
};

/**
 * Remembers at least the `keysMin` keys that were used last, and at most twice as many: in two generations, of which the older
 * is forgotten as a whole when the younger is full. What is used moves to the younger one.
 */
export function createRecentKeys<K, V>(keysMin: number): RecentKeys<K, V> {
  let young = new Map<K, V>();
  let old = young;
  return {
    get(key, make) {
      const known = young.get(key);
      if (known !== undefined) return known;
      const value = old.get(key) ?? make();
      if (young.size >= keysMin) {
        old = young;
        young = new Map();
      }
      young.set(key, value);
      return value;
    },
  };
}
