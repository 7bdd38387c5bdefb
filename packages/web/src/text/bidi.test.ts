import { expect, it } from 'vitest';
import { isolatedText, pasteableText, withoutOverrides, withShownControls } from './bidi.ts';

it('shows overrides of the direction, and all directional characters in code', () => {
  expect(withoutOverrides('a\u202ejpg.exe\u202c')).toBe('aU+202Ejpg.exe\u202c');
  expect(withShownControls('a\u2066b\u202e\u061c')).toBe('aU+2066bU+202EU+061C');
});

it('leaves no control character but tabs and line ends in the clipboard', () => {
  expect(pasteableText('a\tb\nc\u001b[201~d\u009be\u007f')).toBe('a\tb\ncU+001B[201~dU+009BeU+007F');
});

it('isolates a text that could reorder its neighbours, and leaves others as they are', () => {
  expect(isolatedText('plain, 日本 é 😀')).toBe('plain, 日本 é 😀');
  expect(isolatedText('שלום')).toBe('\u2068שלום\u2069');
  expect(isolatedText('a\u2067b')).toBe('\u2068a\u2067b\u2069\u2069');
  expect(isolatedText('a\u2069b\u202e')).toBe('\u2068abU+202E\u2069');
});

it('closes what it opens, in every short text', () => {
  for (const text of everyText([...'aא\u2066\u2067\u2068\u2069\u202b\u202e'], 4)) {
    const isolated = isolatedText(text);
    expect(isolated.includes('\u202e')).toBe(false);
    if (isolated !== text) expect(depthsOf(isolated)).toEqual({ least: 1, last: 0 });
  }
});

/** Yields every text of at most `length` of the characters. */
function* everyText(chars: readonly string[], length: number): Generator<string> {
  yield '';
  if (length === 0) return;
  for (const rest of everyText(chars, length - 1)) for (const char of chars) yield char + rest;
}

/** The depth of isolates at the end, and the least depth before it. */
function depthsOf(text: string): { least: number; last: number } {
  let depth = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, char] of [...text].entries()) {
    if (/[\u2066-\u2068]/.test(char)) depth++;
    if (char === '\u2069') depth--;
    if (index < text.length - 1) least = Math.min(least, depth);
  }
  return { least, last: depth };
}
