/** Tests that the formatting of messages follows its document, and that its work is linear in the text's length. */
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';
import { type MarkupBlock, type MarkupInline, mentionTokens, parseMarkup } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const DOCUMENT = readFileSync(new URL('../../../docs/markup.md', import.meta.url), 'utf8');
const TAGS = { bold: 'b', italic: 'i', strike: 's' } as const;

describe('docs/markup.md', () => {
  const examples = examplesIn(DOCUMENT);

  test('has examples', () => {
    expect(examples.length).toBeGreaterThan(50);
  });

  test.each(examples)('%s', (typed, shown) => {
    expect(draw(parseMarkup(typed.replaceAll('⏎', '\n'))).replaceAll('\n', '⏎')).toBe(shown);
  });
});

/** Texts that make a naive parser read the same characters again and again. Each is repeated many times. */
const HOSTILE = [
  ...['*', '*a ', 'a* ', '*a', '**a *b _c ~~d ', '**a** ', '*_', '*\\*', '字*', '😀*', '\\', '\\*', '~~a~~ '],
  ...[
    '`',
    '`a`',
    '` `` ',
    '``` `` ` ',
    '\\`',
    '```\n',
    '```a\n',
    '````\n```\n',
    '> ```\n',
    '> a\n',
    '> ',
    '\n',
  ],
  ...[
    '[',
    ']',
    '](',
    '[]',
    '[a](',
    '[a](http://',
    '[a](http://b ',
    '[a](http://a((((',
    '\\[',
    '[a](http://b.c) ',
  ],
  ...[
    'http://',
    'http:// ',
    'http://a.b/c ',
    'http://[',
    'http://a)',
    'http://a( ',
    'mailto:',
    'mailto:a@b.-',
    'http://a.b「',
    'http://a.b「(',
    'http://a.b/“”',
    "http://a.b/'",
    "'http://a.b'",
    'http://a.b\u200d',
    'http://a.b（-',
  ],
  ...['_/_b', ' _a_/_b', '_a_._b_', '\u200b*a', '**a**/', ',**a', '_\u2066', '‽', '\u200b'],
  ...["a'", '@ada/', '/@ada', 'a/@a', '@\u200b', '@a\u200b', 'a\u200b', '＠a‏'],
  ...['ada ', '@ada', '@ada ', 'a.- ', 'a.', '-', '@'],
];
const LENGTH = 4_000;
/** The number of counts for one text. */
const TRIES = 5;

describe('the number of steps', () => {
  const session = new Session();
  beforeAll(async () => {
    session.connect();
    // On a busy machine the engine would discard code, and its counts, between two texts.
    setFlagsFromString('--no-flush-bytecode');
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  });
  afterAll(() => session.disconnect());

  /**
   * Counts how often a block of the parser's source is entered. The count does not include work inside regular expressions,
   * so none of them may search. The engine drops counts of code that it discards, but never adds any, so the highest of
   * several counts is right.
   */
  async function stepsOf(work: () => void): Promise<number> {
    const counts: number[] = [];
    for (let i = 0; i < TRIES; i++) counts.push(await countOf(work));
    return Math.max(...counts);
  }

  async function countOf(work: () => void): Promise<number> {
    await session.post('Profiler.takePreciseCoverage');
    work();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const parser = result.filter(({ url }) => /protocol\/src\/(?:markup\/|mentions)/.test(url));
    const ranges = parser.flatMap(({ functions }) => functions.flatMap((each) => each.ranges));
    return ranges.reduce((sum, { count }) => sum + count, 0);
  }

  test.each(HOSTILE)('is linear in the length of %j, repeated', async (piece) => {
    const text = piece.repeat(Math.ceil(LENGTH / piece.length));
    for (const read of [parseMarkup, mentionTokens]) {
      const once = await stepsOf(() => read(text));
      const twice = await stepsOf(() => read(text + text));
      expect(once).toBeGreaterThan(0);
      expect(twice).toBeLessThan(2.2 * once + 100);
    }
  });
});

/** Returns the lines of the blocks named examples. A block ends at a line with only a fence. */
function examplesIn(document: string): [typed: string, shown: string][] {
  const blocks = [...document.matchAll(/^```examples\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, lines = '']) =>
    lines
      .trimEnd()
      .split('\n')
      .map((line): [string, string] => {
        const [typed = '', shown = ''] = line.split(/\s+→ {2}/);
        return [typed, shown];
      }),
  );
}

function draw(blocks: readonly MarkupBlock[]): string {
  return blocks
    .map((block) => {
      if (block.kind === 'quote') return `<quote>${draw(block.children)}</quote>`;
      if (block.kind === 'paragraph') return drawInlines(block.children);
      return `<pre${block.language && ` ${block.language}`}>${block.text}</pre>`;
    })
    .join('\n');
}

function drawInlines(nodes: readonly MarkupInline[]): string {
  return nodes
    .map((node) => {
      switch (node.kind) {
        case 'text':
          return node.text;
        case 'code':
          return `<code>${node.text}</code>`;
        case 'address':
          return `<a>${node.href}</a>`;
        case 'link':
          return `<a ${node.href}>${drawInlines(node.children)}</a>`;
        default:
          return `<${TAGS[node.kind]}>${drawInlines(node.children)}</${TAGS[node.kind]}>`;
      }
    })
    .join('');
}
