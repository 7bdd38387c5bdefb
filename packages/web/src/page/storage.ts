/** What the page keeps in the browser between visits. */

/** The part of the browser's storage that is used here. */
export type KeyValueStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * A storage that never throws: private windows and full disks refuse theirs, and the page works on without it.
 * What was refused is kept for this visit. `open` gives the browser's own; it may throw as well.
 */
export function createStorage(open: () => KeyValueStorage): KeyValueStorage {
  const refused = new Map<string, string>();
  const attempt = <T>(use: (storage: KeyValueStorage) => T): { result: T } | null => {
    try {
      return { result: use(open()) };
    } catch {
      return null;
    }
  };
  return {
    getItem: (key) => refused.get(key) ?? attempt((storage) => storage.getItem(key))?.result ?? null,
    setItem(key, value) {
      if (attempt((storage) => storage.setItem(key, value)) === null) refused.set(key, value);
      else refused.delete(key);
    },
    removeItem(key) {
      refused.delete(key);
      attempt((storage) => storage.removeItem(key));
    },
  };
}
