import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMarkup } from './parse.ts';
import { MARKUP_MAX_DEPTH, type MarkupBlock, type MarkupInline, markupText } from './tree.ts';

/** Marks and their neighbours, so that random joins make pairs. */
const PIECES = [
  ...['*', '**', '***', '_', '__', '~~', '~', '`', '``', '```', '\\', '[', ']', '](', '(', ')'],
  ...[
    ' ',
    '\n',
    '\n```\n',
    '\n```ts\n',
    '\n> ',
    '\n>',
    '> ',
    'a',
    'word',
    '字',
    '.',
    '"',
    '/',
    '-',
    '_/_',
    '😀',
  ],
  ...['https://a.example/', 'http://[::1]/x', 'mailto:a@b.example', '](https://a.example/b)', 'javascript:'],
];
/** Few enough that random joins make pairs, and pairs inside pairs. */
const PAIRS = [
  ' *a',
  'a* ',
  ' **a',
  'a** ',
  ' _a',
  'a_ ',
  ' ~~a',
  'a~~ ',
  ' ***a',
  'a*** ',
  ' [a',
  'a](https://a.example)',
  '`',
];
const LINES = ['```', '````', '\n', '\n', '> ', 'ts', 'a', ' ', '  '];
const joined = (pieces: readonly string[]) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((all) => all.join(''));
const anything = fc.oneof(
  joined(PIECES),
  joined(PAIRS),
  joined(LINES),
  fc.string({ unit: 'binary', maxLength: 200 }),
);
const RUNS = { numRuns: 2_000 };

type Node = MarkupBlock | MarkupInline;

describe('any text', () => {
  test('is in the tree character by character, except for marks that the tree represents', () => {
    fc.assert(
      fc.property(anything, (source) => {
        expect(leftUnread(source, parseMarkup(source))).toBe('');
      }),
      RUNS,
    );
  });

  test('has a tree of bounded depth', () => {
    fc.assert(
      fc.property(anything, (source) => {
        expect(depthOf(parseMarkup(source))).toBeLessThanOrEqual(MARKUP_MAX_DEPTH);
      }),
      RUNS,
    );
  });

  test('has no empty and no adjacent text nodes, and no kind nests in itself', () => {
    fc.assert(
      fc.property(anything, (source) => {
        for (const block of parseMarkup(source)) expectTidy(block, []);
      }),
      RUNS,
    );
  });

  test('links only to http, https and mail addresses without a user part', () => {
    fc.assert(
      fc.property(anything, (source) => {
        for (const href of hrefsIn(parseMarkup(source))) {
          expect(href).toMatch(/^(?:https?:\/\/|mailto:)\S+$/i);
          expect(href).not.toMatch(/^https?:\/\/[^/?#]*@/i);
        }
      }),
      RUNS,
    );
  });
});

test('text without marks is one text node, and markupText returns it unchanged', () => {
  const plain = fc.string({ unit: fc.constantFrom(...'ab .,:;!?()-/=+字é😀\n\t') });
  fc.assert(
    fc.property(plain, (source) => {
      const children = source === '' ? [] : [{ kind: 'text', text: source }];
      expect(parseMarkup(source)).toEqual([{ kind: 'paragraph', children }]);
      expect(markupText(parseMarkup(source))).toBe(source);
    }),
  );
});

test('the deepest tree has MARKUP_MAX_DEPTH levels', () => {
  const source = '> **~~*_[`a`](https://a.example)_*~~**';
  expect(depthOf(parseMarkup(source))).toBe(MARKUP_MAX_DEPTH);
});

test('markupText leaves out the marks', () => {
  const source = '**a** `b`\n> *c*\n```ts\nd\n```\n[e](https://a.example) https://b.example';
  expect(markupText(parseMarkup(source))).toBe('a b\nc\nd\ne https://b.example');
});

/** Reads `source` along the tree, mark by mark. Returns the unread rest. @throws Error if the tree does not fit. */
function leftUnread(source: string, blocks: readonly MarkupBlock[]): string {
  let rest = source;
  let prefix = '';
  const read = (pattern: RegExp) => {
    const found = pattern.exec(rest)?.[0];
    if (found === undefined) throw new Error(`${pattern} expected at ${JSON.stringify(rest)}`);
    rest = rest.slice(found.length);
  };
  const readText = (text: string) => {
    for (const char of text) {
      if (!rest.startsWith(char)) read(/^\\/);
      if (!rest.startsWith(char)) throw new Error(`${char} expected at ${JSON.stringify(rest)}`);
      rest = rest.slice(char.length);
      if (char === '\n') readPrefix();
    }
  };
  const readPrefix = () => prefix !== '' && read(/^>(?: |(?=\n|$))/);
  const readInline = (node: MarkupInline) => {
    const marks = { bold: /^\*\*/, italic: /^[*_]/, strike: /^~~/ };
    if (node.kind === 'text') readText(node.text);
    else if (node.kind === 'address') readText(node.href);
    else if (node.kind === 'code') {
      read(/^`+ ??/);
      if (!rest.startsWith(node.text)) read(/^ /);
      readText(node.text);
      read(/^ ?`+/);
    } else if (node.kind === 'link') {
      read(/^\[/);
      node.children.forEach(readInline);
      readText(`](${node.href})`);
    } else {
      read(marks[node.kind]);
      node.children.forEach(readInline);
      read(marks[node.kind]);
    }
  };
  const readBlock = (block: MarkupBlock, index: number) => {
    if (index > 0) readText('\n');
    if (block.kind === 'paragraph') block.children.forEach(readInline);
    else if (block.kind === 'code-block') readCodeBlock(block.language, block.text);
    else {
      prefix = '> ';
      readPrefix();
      block.children.forEach(readBlock);
      prefix = '';
    }
  };
  const readCodeBlock = (language: string, text: string) => {
    read(/^`{3,}/);
    readText(language);
    // The code may start on the opening fence's line and end on the closing fence's line.
    const startsOnFence =
      text !== '' && language === '' && rest.startsWith(text.split('\n')[0] ?? '') && !/^\s*\n/.test(rest);
    if (!startsOnFence) {
      read(/^[ \t]*(?=\n)/);
      readText('\n');
    }
    readText(text);
    if (/^(?:\n(?:> ?)?)`{3,}[ \t]*(?=\n|$)/.test(rest)) readText('\n');
    read(/^`{3,}\s*?(?=\n|$)/);
  };
  blocks.forEach(readBlock);
  return rest;
}

function expectTidy(node: Node, above: readonly string[]): void {
  if (node.kind === 'text') expect(node.text).not.toBe('');
  if (node.kind !== 'paragraph' && node.kind !== 'italic') expect(above).not.toContain(node.kind);
  if (!('children' in node)) return;
  const children: readonly Node[] = node.children;
  if (node.kind !== 'paragraph') expect(children.length).toBeGreaterThan(0);
  children.forEach((child, index) => {
    if (child.kind === 'text') expect(children[index + 1]?.kind).not.toBe('text');
    expectTidy(child, [...above, node.kind]);
  });
}

function depthOf(nodes: readonly Node[]): number {
  return Math.max(0, ...nodes.map((node) => 1 + ('children' in node ? depthOf(node.children) : 0)));
}

function hrefsIn(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) => [
    ...('href' in node ? [node.href] : []),
    ...('children' in node ? hrefsIn(node.children) : []),
  ]);
}
