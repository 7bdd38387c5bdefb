/** A message's text as elements, built from its parsed formatting. Everything is a text node, never HTML. */
import { nickColor } from '@banter/client';
import { type MarkupBlock, type MarkupInline, parseMarkup } from '@banter/protocol';
import { withLeadingNames, withoutOverrides, withShownControls } from '../text/bidi.ts';
import { element } from './element.ts';
import { type TextNames, textParts } from './text-parts.ts';

const TAGS = { bold: 'strong', italic: 'em', strike: 's' } as const;
/** The schemes that a link may have after the browser parsed it. */
const PROTOCOLS: readonly string[] = ['http:', 'https:', 'mailto:'];

const WEB_ADDRESS = /^(https?:\/\/)([^/?#]*)(.*)$/is;
/** A host that is read as it is written. */
const PLAIN_HOST = /^[\w.:[\]-]*$/;

/** Renders `content`. Each line has a direction of its own, and reorders nothing beside it. */
export function wordsElement(content: string, names: TextNames): HTMLElement {
  const words = element('div', 'words');
  const draw = createDrawing(names);
  words.append(...draw(parseMarkup(content)));
  return words;
}

function createDrawing({ self, addressee }: TextNames): (blocks: readonly MarkupBlock[]) => Node[] {
  // Only the message's first text can begin with the addressee.
  let wanted = addressee;
  let isQuoted = false;

  function textNodes(text: string): Node[] {
    // Quoted words call nobody, so no name in them is marked.
    if (isQuoted) return [plainNode(withoutOverrides(text))];
    const parts = textParts(withoutOverrides(text), { self, addressee: wanted });
    wanted = null;
    return parts.map(({ kind, text: words }) => {
      if (kind === 'text') return plainNode(words);
      return element('span', kind === 'own-name' ? kind : `${kind} nick-${nickColor(words)}`, words);
    });
  }

  function inlineNodes(nodes: readonly MarkupInline[]): Node[] {
    return nodes.flatMap((node) => {
      switch (node.kind) {
        case 'text':
          return textNodes(node.text);
        case 'code':
          return element('code', '', withShownControls(node.text));
        case 'address':
          return linkNodes(node.href, null) ?? textNodes(node.href);
        case 'link':
          return linkNodes(node.href, inlineNodes(node.children)) ?? textNodes(node.href);
        default:
          return filled(element(TAGS[node.kind]), inlineNodes(node.children));
      }
    });
  }

  function blockNodes(blocks: readonly MarkupBlock[]): Node[] {
    return blocks.flatMap((block, index) => {
      if (block.kind === 'code-block') return codeElement(block.language, block.text);
      if (block.kind === 'quote') return quoteElement(block.children);
      const paragraph = filled(element('bdi'), inlineNodes(block.children));
      // A trailing line break is only visible before another line; a block starts a line by itself.
      return index < blocks.length - 1 ? [paragraph, document.createTextNode('\n')] : paragraph;
    });
  }

  function quoteElement(blocks: readonly MarkupBlock[]): HTMLElement {
    isQuoted = true;
    const quote = filled(element('blockquote'), blockNodes(blocks));
    quote.dir = 'auto';
    isQuoted = false;
    return quote;
  }

  return blockNodes;
}

/** Text in which the names at the beginning of a line do not decide its direction. */
function plainNode(text: string): Node {
  const node = document.createTextNode(text);
  withLeadingNames(text, ({ splitLeadingNames }) => {
    const parts = splitLeadingNames(text);
    node.replaceWith(...parts.map((part, at) => (at % 2 === 0 ? part : element('span', 'leading', part))));
  });
  return node;
}

/** Null when the browser parses the address differently. `label` is null for the address itself. A label is followed by the host. */
function linkNodes(href: string, label: readonly Node[] | null): Node[] | null {
  const url = URL.canParse(href) ? new URL(href) : null;
  if (url === null || !PROTOCOLS.includes(url.protocol)) return null;
  const link = document.createElement('a');
  link.href = url.href;
  link.rel = 'noopener noreferrer';
  link.target = '_blank';
  if (label === null) {
    link.className = 'address';
    link.append(addressText(link, href, url));
    return [link];
  }
  link.append(...label);
  // CSS shows the host, so that it is not part of the copied text.
  const host = element('span', 'host');
  host.dataset.host = url.host || url.pathname;
  return [link, host];
}

/**
 * The text of a link that shows its address. A host with letters outside ASCII is shown as the browser asks for it, until it
 * is certain that the written one cannot pass for another.
 */
function addressText(link: HTMLElement, href: string, url: URL): string {
  const [, scheme = '', host = '', rest = ''] = WEB_ADDRESS.exec(href) ?? [];
  if (scheme === '' || PLAIN_HOST.test(host)) return href;
  void import('../text/host.ts').then(({ shownHost }) => {
    link.textContent = scheme + shownHost(host, url.host) + rest;
  });
  return scheme + url.host + rest;
}

function codeElement(language: string, text: string): HTMLElement {
  const block = element('div', 'code-block');
  if (language !== '') block.dataset.language = language;
  return filled(block, [filled(element('pre'), [element('code', '', withShownControls(text))])]);
}

function filled(parent: HTMLElement, children: readonly Node[]): HTMLElement {
  parent.append(...children);
  return parent;
}
