/** A localStorage in memory, which can be made to refuse. */
import type { KeyValueStorage } from '../src/outbox/outbox-storage.ts';

export function createMemoryStorage(): KeyValueStorage & { readonly size: number; refuse(): void } {
  const items = new Map<string, string>();
  let isRefusing = false;
  const check = () => {
    if (isRefusing) throw new Error('QuotaExceededError');
  };
  return {
    get size() {
      return items.size;
    },
    refuse() {
      isRefusing = true;
    },
    getItem(key) {
      check();
      return items.get(key) ?? null;
    },
    setItem(key, value) {
      check();
      items.set(key, value);
    },
    removeItem(key) {
      check();
      items.delete(key);
    },
  };
}
