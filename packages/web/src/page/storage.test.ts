import type { KeyValueStorage } from '@banter/client';
import { describe, expect, it } from 'vitest';
import { createDrafts } from '../input/drafts.ts';
import { createStorage } from './storage.ts';

function mapStorage(): KeyValueStorage & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

describe('storage', () => {
  it('writes to the browser', () => {
    const browser = mapStorage();
    const storage = createStorage(() => browser);
    storage.setItem('a', '1');
    expect(browser.values.get('a')).toBe('1');
    storage.removeItem('a');
    expect(storage.getItem('a')).toBeNull();
  });

  it('keeps rejected values for this visit and never throws', () => {
    const storage = createStorage(() => {
      throw new Error('forbidden');
    });
    expect(storage.getItem('a')).toBeNull();
    storage.setItem('a', '1');
    expect(storage.getItem('a')).toBe('1');
    storage.removeItem('a');
    expect(storage.getItem('a')).toBeNull();
  });
});

describe('drafts', () => {
  it('are kept per person and room, and removed when empty', () => {
    const storage = mapStorage();
    const drafts = createDrafts(storage, 1);
    drafts.set(7, 'half a thou');
    expect(createDrafts(storage, 1).get(7)).toBe('half a thou');
    expect(createDrafts(storage, 1).get(8)).toBe('');
    expect(createDrafts(storage, 2).get(7)).toBe('');
    drafts.set(7, '');
    expect(storage.values.size).toBe(0);
  });
});
