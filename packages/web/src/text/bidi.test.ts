import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isolatedText, withoutOverrides, withShownControls } from './bidi.ts';

it('shows overrides of the direction, and all directional characters in code', () => {
  expect(withoutOverrides('a\u202ejpg.exe\u202c')).toBe('aU+202Ejpg.exe\u202c');
  expect(withShownControls('a\u2066b\u202e\u061c')).toBe('aU+2066bU+202EU+061C');
});

it('isolates a text that could reorder its neighbours, and leaves others as they are', () => {
  expect(isolatedText('plain, 日本 é 😀')).toBe('plain, 日本 é 😀');
  expect(isolatedText('שלום')).toBe('\u2068שלום\u2069');
  expect(isolatedText('a\u2067b')).toBe('\u2068a\u2067b\u2069\u2069');
  expect(isolatedText('a\u2069b\u202e')).toBe('\u2068abU+202E\u2069');
});

it('closes what it opens, for any text', () => {
  const unit = fc.constantFrom(
    ...'aא \u2066\u2067\u2068\u2069\u202a\u202b\u202c\u202d\u202e\u200e\u200f\u061c',
  );
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      const isolated = isolatedText(text);
      expect(isolated).not.toMatch(/[\u202d\u202e]/);
      if (isolated === text) return;
      let depth = 0;
      for (const [index, char] of [...isolated].entries()) {
        if (/[\u2066-\u2068]/.test(char)) depth++;
        if (char === '\u2069') depth--;
        // Nothing but the first sign opens what the last one closes.
        expect(depth).toBeGreaterThanOrEqual(index === isolated.length - 1 ? 0 : 1);
      }
      expect(depth).toBe(0);
    }),
  );
});
