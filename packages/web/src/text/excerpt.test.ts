import { expect, it } from 'vitest';
import { excerptOf } from './excerpt.ts';

const shown = (content: string, ranges: [number, number][]) =>
  excerptOf(content, ranges)
    .map(({ text, isMatch }) => (isMatch ? `[${text}]` : text))
    .join('');

it('marks each match and shows the text around it', () => {
  expect(
    shown('gauge 3 and gauge 4', [
      [0, 5],
      [12, 17],
    ]),
  ).toBe('[gauge] 3 and [gauge] 4');
  expect(shown('no match at all', [])).toBe('no match at all');
  expect(shown('two\nlines', [[4, 9]])).toBe('two [lines]');
});

it('starts at a word near the first match and is cut at its maximum length', () => {
  const long = `${'word '.repeat(40)}needle${' more'.repeat(80)}`;
  const text = shown(long, [[200, 206]]);
  expect(text.startsWith('…word word')).toBe(true);
  expect(text).toContain('[needle] more');
  expect(text.endsWith('…')).toBe(true);
  expect(text.length).toBeLessThan(260);
});

it('never cuts a surrogate pair in two', () => {
  const text = shown(`${'😀'.repeat(100)}needle${'😀'.repeat(300)}`, [[200, 206]]);
  expect(text).toBe(text.toWellFormed());
});
