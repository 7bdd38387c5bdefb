/** A browser's storage for unit tests. */
import type { KeyValueStorage } from '@banter/client';

/** An empty storage, and its content. */
export function mapStorage(): KeyValueStorage & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}
