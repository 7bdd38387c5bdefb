/** Values that the page keeps in the browser between visits. */
import type { KeyValueStorage } from '@banter/client';

/**
 * Wraps a storage so that it never throws. Private windows and full disks reject writes; such values are kept for this
 * visit only. `open` returns the browser's storage and may throw too.
 */
export function createStorage(open: () => KeyValueStorage): KeyValueStorage {
  const rejected = new Map<string, string>();
  const attempt = <T>(use: (storage: KeyValueStorage) => T): { result: T } | null => {
    try {
      return { result: use(open()) };
    } catch {
      return null;
    }
  };
  return {
    getItem: (key) => rejected.get(key) ?? attempt((storage) => storage.getItem(key))?.result ?? null,
    setItem(key, value) {
      if (attempt((storage) => storage.setItem(key, value)) === null) rejected.set(key, value);
      else rejected.delete(key);
    },
    removeItem(key) {
      rejected.delete(key);
      attempt((storage) => storage.removeItem(key));
    },
  };
}
