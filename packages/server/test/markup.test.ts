/** The formatting of messages does what its document says, and its work grows with the text's length only. */
import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { type MarkupBlock, type MarkupInline, mentionTokens, parseMarkup } from '@banter/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const DOCUMENT = readFileSync(new URL('../../../docs/markup.md', import.meta.url), 'utf8');
const TAGS = { bold: 'b', italic: 'i', strike: 's' } as const;

describe('docs/markup.md', () => {
  const examples = examplesIn(DOCUMENT);

  test('holds its examples', () => {
    expect(examples.length).toBeGreaterThan(50);
  });

  test.each(examples)('%s', (typed, shown) => {
    expect(draw(parseMarkup(typed.replaceAll('⏎', '\n'))).replaceAll('\n', '⏎')).toBe(shown);
  });
});

/** What a parser could be made to read again and again; each is said over and over. */
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
  ],
  ...['ada ', '@ada', '@ada ', 'a.- ', 'a.', '-', '@'],
];
const LENGTH = 4_000;
/** How often steps are counted. */
const TRIES = 5;

describe('the steps that are taken', () => {
  const session = new Session();
  beforeAll(async () => {
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  });
  afterAll(() => session.disconnect());

  /**
   * How often any block of the parser's source was entered; what patterns do inside is not seen, so none may search. The
   * engine drops counts of code that it throws away meanwhile, and makes up none: the most of some tries is right.
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

  test.each(HOSTILE)('grow with the length only, of %j said over and over', async (piece) => {
    const text = piece.repeat(Math.ceil(LENGTH / piece.length));
    for (const read of [parseMarkup, mentionTokens]) {
      const once = await stepsOf(() => read(text));
      const twice = await stepsOf(() => read(text + text));
      expect(once).toBeGreaterThan(0);
      expect(twice).toBeLessThan(2.2 * once + 100);
    }
  });
});

/** The lines of the blocks that are called examples; a block ends at a line that is nothing but a fence. */
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
