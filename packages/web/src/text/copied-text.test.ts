import { expect, it } from 'vitest';
import { copiedText } from './copied-text.ts';

it.each([
  ['```sh\nrm -rf build\n```', 'rm -rf build'],
  ['```\n  a\n\n\tb\n```\n', '  a\n\n\tb'],
  ['\n```js\nlet x;\n```', 'let x;'],
  ['`rm -rf build`', 'rm -rf build'],
  ['`` a ` b ``', 'a ` b'],
])('only the code of %j is copied', (content, code) => {
  expect(copiedText(content)).toBe(code);
});

it.each([
  'run `x`',
  '`a` `b`',
  '`x`.',
  '```\na\n```\n```\nb\n```',
  '> `x`',
  '**`x`**',
  'run:\n```\nx\n```',
  'plain',
  '',
])('%j is copied as it was written', (content) => {
  expect(copiedText(content)).toBe(content);
});
