import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openFence } from './open-fence.ts';
import { parseMarkup } from './parse.ts';

test.each([
  ['```', '```'],
  ['```ts\nconst a = 1;', '```'],
  ['before\n````\n```\ninner\n```', '````'],
  ['```\nclosed\n```\n`````', '`````'],
  ['> ```\n> code', '```'],
  ['```\n> quoted\n', '```'],
])('%j has an open fence', (source, fence) => {
  expect(openFence(source)).toBe(fence);
});

test.each([
  '',
  'what does ``` mean?',
  'what does ``` mean? and ```',
  'inline ```code``` only',
  '````\n```\n````',
  '```\ncode\n```',
  '```code\nmore```',
  '``\nno fence',
  '> ```\nno longer quoted',
  '\\```',
  ' ```',
])('%j has none', (source) => {
  expect(openFence(source)).toBeNull();
});

test('an open fence is closed by its own backticks, and then the parser finds a code block', () => {
  const pieces = fc.constantFrom('```', '````', '`````', '\n', '\n', '> ', 'ts', 'a', ' ', '`', '\\');
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
      (source) => {
        const fence = openFence(source);
        if (fence === null) return;
        const isQuoted = source.slice(source.lastIndexOf('\n') + 1).startsWith('>');
        const closed = [`${source}\n${fence}`, `${source}\n> ${fence}`].find(
          (text) => openFence(text) === null,
        );
        expect(closed, isQuoted ? 'quoted' : 'plain').toBeDefined();
        expect(JSON.stringify(parseMarkup(closed ?? ''))).toContain('code-block');
      },
    ),
    { numRuns: 2_000 },
  );
});
