import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMarkup } from './parse.ts';
import { MARKUP_MAX_DEPTH, type MarkupBlock, type MarkupInline, markupText } from './tree.ts';

/** Pieces of marks and of what stands beside them, so that chance makes pairs. */
const PIECES = [
  ...['*', '**', '***', '_', '__', '~~', '~', '`', '``', '```', '\\', '[', ']', '](', '(', ')'],
  ...[' ', '\n', '\n```\n', '\n```ts\n', '\n> ', '\n>', '> ', 'a', 'word', '字', '.', '"', '/', '-', '😀'],
  ...['https://a.example/', 'http://[::1]/x', 'mailto:a@b.example', '](https://a.example/b)', 'javascript:'],
];
/** Few enough that chance makes pairs of them, and pairs inside of pairs. */
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

describe('whatever is written', () => {
  test('every character is in the tree, or is a mark that the tree stands for', () => {
    fc.assert(
      fc.property(anything, (source) => {
        expect(leftUnread(source, parseMarkup(source))).toBe('');
      }),
      RUNS,
    );
  });

  test('the depth is bounded', () => {
    fc.assert(
      fc.property(anything, (source) => {
        expect(depthOf(parseMarkup(source))).toBeLessThanOrEqual(MARKUP_MAX_DEPTH);
      }),
      RUNS,
    );
  });

  test('texts are never empty beside others, and no kind stands in itself', () => {
    fc.assert(
      fc.property(anything, (source) => {
        for (const block of parseMarkup(source)) expectTidy(block, []);
      }),
      RUNS,
    );
  });

  test('links lead to http, https and mail addresses only, without a user part', () => {
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

test('text without marks is one text, and stays itself when it is read again', () => {
  const plain = fc.string({ unit: fc.constantFrom(...'ab .,:;!?()-/=+字é😀\n\t') });
  fc.assert(
    fc.property(plain, (source) => {
      const children = source === '' ? [] : [{ kind: 'text', text: source }];
      expect(parseMarkup(source)).toEqual([{ kind: 'paragraph', children }]);
      expect(markupText(parseMarkup(source))).toBe(source);
    }),
  );
});

test('the deepest there is', () => {
  const source = '> **~~*_[`a`](https://a.example)_*~~**';
  expect(depthOf(parseMarkup(source))).toBe(MARKUP_MAX_DEPTH);
});

test('the text is what one would read aloud', () => {
  const source = '**a** `b`\n> *c*\n```ts\nd\n```\n[e](https://a.example) https://b.example';
  expect(markupText(parseMarkup(source))).toBe('a b\nc\nd\ne https://b.example');
});

/** Reads `source` by the tree, mark for mark; what is left over, or cannot be read so, comes back. */
function leftUnread(source: string, blocks: readonly MarkupBlock[]): string {
  let rest = source;
  let prefix = '';
  const take = (pattern: RegExp) => {
    const found = pattern.exec(rest)?.[0];
    if (found === undefined) throw new Error(`${pattern} expected at ${JSON.stringify(rest)}`);
    rest = rest.slice(found.length);
  };
  const takeText = (text: string) => {
    for (const char of text) {
      if (!rest.startsWith(char)) take(/^\\/);
      if (!rest.startsWith(char)) throw new Error(`${char} expected at ${JSON.stringify(rest)}`);
      rest = rest.slice(char.length);
      if (char === '\n') takePrefix();
    }
  };
  const takePrefix = () => prefix !== '' && take(/^>(?: |(?=\n|$))/);
  const takeInline = (node: MarkupInline) => {
    const marks = { bold: /^\*\*/, italic: /^[*_]/, strike: /^~~/ };
    if (node.kind === 'text') takeText(node.text);
    else if (node.kind === 'address') takeText(node.href);
    else if (node.kind === 'code') {
      take(/^`+ ??/);
      if (!rest.startsWith(node.text)) take(/^ /);
      takeText(node.text);
      take(/^ ?`+/);
    } else if (node.kind === 'link') {
      take(/^\[/);
      node.children.forEach(takeInline);
      takeText(`](${node.href})`);
    } else {
      take(marks[node.kind]);
      node.children.forEach(takeInline);
      take(marks[node.kind]);
    }
  };
  const takeBlock = (block: MarkupBlock, index: number) => {
    if (index > 0) takeText('\n');
    if (block.kind === 'paragraph') block.children.forEach(takeInline);
    else if (block.kind === 'code-block') takeCodeBlock(block.language, block.text);
    else {
      prefix = '> ';
      takePrefix();
      block.children.forEach(takeBlock);
      prefix = '';
    }
  };
  const takeCodeBlock = (language: string, text: string) => {
    take(/^`{3,}/);
    takeText(language);
    // The code may stand right behind the fence and right before the closing one.
    const isBehindFence =
      text !== '' && language === '' && rest.startsWith(text.split('\n')[0] ?? '') && !/^\s*\n/.test(rest);
    if (!isBehindFence) {
      take(/^[ \t]*(?=\n)/);
      takeText('\n');
    }
    takeText(text);
    if (/^(?:\n(?:> ?)?)`{3,}[ \t]*(?=\n|$)/.test(rest)) takeText('\n');
    take(/^`{3,}\s*?(?=\n|$)/);
  };
  blocks.forEach(takeBlock);
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
