import { expect, test } from 'vitest';
import { QUOTE_MAX_CHARS } from './limits.ts';
import { quoteLine } from './quote-line.ts';

test.each([
  ['a line', 'a line'],
  ['first\nsecond', 'first'],
  ['\n\n words', ' words'],
  ['\u200b\n\u3000\nwords', 'words'],
  ['```js\nlet x;\n```', 'let x;'],
  ['```\n\nlet x;```', 'let x;'],
  ['> ```sh\n> make\n> ```\nwhy?', '> make'],
  ['````\n```\n````', '````'],
  ['```what is this', '```what is this'],
  ['use ```x```', 'use ```x```'],
  ['x```\n```\ny', 'x```'],
  ['', ''],
  ['\u{1f600}'.repeat(QUOTE_MAX_CHARS + 1), '\u{1f600}'.repeat(QUOTE_MAX_CHARS)],
])('[M3] %j is quoted as %j', (content, line) => {
  expect(quoteLine(content)).toBe(line);
});
