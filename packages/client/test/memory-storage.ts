/** A localStorage in memory that can start to fail. */
import type { KeyValueStorage } from '../src/outbox/outbox-storage.ts';

/** An empty storage. */
export class MemoryStorage implements KeyValueStorage {
  readonly #items = new Map<string, string>();
  #fails = false;

  /** The number of keys. */
  get size(): number {
    return this.#items.size;
  }

  /** Makes every later call throw. */
  fail(): void {
    this.#fails = true;
  }

  getItem(key: string): string | null {
    this.#throwIfFailing();
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#throwIfFailing();
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#throwIfFailing();
    this.#items.delete(key);
  }

  #throwIfFailing(): void {
    if (this.#fails) throw new Error('QuotaExceededError');
  }
}
