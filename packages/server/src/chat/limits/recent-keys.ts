/** A map of recently used keys, bounded so that a flood of new keys cannot fill the memory. */

/**
 * Remembers at least the `keysMin` keys used last and at most twice as many. It keeps two generations: when the young one
 * is full, the old one is dropped as a whole. A key that is used by `get` moves to the young generation.
 */
export class RecentKeys<K, V> {
  readonly #keysMin: number;
  #young = new Map<K, V>();
  #old = this.#young;

  constructor(keysMin: number) {
    this.#keysMin = keysMin;
  }

  /** Returns the value of a key, and leaves it where it is; undefined for an unknown key. */
  peek(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** Returns the value of a key; `make` creates it for an unknown key. */
  get(key: K, make: () => V): V {
    const known = this.#young.get(key);
    if (known !== undefined) return known;
    const value = this.#old.get(key) ?? make();
    if (this.#young.size >= this.#keysMin) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
    return value;
  }
}
