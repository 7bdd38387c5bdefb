import { describe, expect, it } from 'vitest';
import { mapStorage } from '../../test/map-storage.ts';
import { createStorage } from './storage.ts';

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
