/** Copying from the log: the clipboard gets messages as they were written, not as they are laid out. */
import { pasteableText } from '../text/bidi.ts';
import { copiedText } from '../text/copied-text.ts';
import { clockTime, visibleName } from '../text/format.ts';
import type { Row } from './row.ts';

/** A selected row: its text as one of several lines, and on its own. */
type Copied = { line: string; alone: string };

/**
 * Handles copying in `list` until the returned function is called. `rowOf` returns the row that an element shows. One
 * message copies as its source (only code without its marks), part of a message as the browser's text, several as
 * `HH:MM <nick> source` lines.
 */
export function handleCopying(
  list: HTMLOListElement,
  rowOf: (element: Element) => Row | undefined,
): () => void {
  function onCopy(event: ClipboardEvent): void {
    const selection = document.getSelection();
    if (selection === null || selection.isCollapsed || event.clipboardData === null) return;
    const range = selection.getRangeAt(0);
    if (!list.contains(range.commonAncestorContainer)) return;
    const own = textOf(list, range, rowOf);
    const text = own ?? selection.toString();
    const pasteable = pasteableText(text);
    if (own === null && pasteable === text) return;
    event.clipboardData.setData('text/plain', pasteable);
    event.preventDefault();
  }
  list.addEventListener('copy', onCopy);
  return () => list.removeEventListener('copy', onCopy);
}

/** Null when the browser's own text is right. */
function textOf(
  list: HTMLOListElement,
  range: Range,
  rowOf: (element: Element) => Row | undefined,
): string | null {
  const selected = [...list.children].filter((element) => range.intersectsNode(element));
  const copied = selected.flatMap((element) => {
    const row = rowOf(element);
    return row === undefined ? [] : (copiedRow(element, row, range) ?? []);
  });
  const [first] = copied;
  if (copied.length > 1) return copied.map(({ line }) => line).join('\n');
  return first === undefined || first.alone === '' ? null : first.alone;
}

function copiedRow(element: Element, row: Row, range: Range): Copied | null {
  if (row.kind !== 'message') {
    if (row.kind === 'unread' || row.kind === 'hole') return null;
    return { line: 'at' in row ? `${clockTime(row.at)} -!- ${row.text}` : row.text, alone: '' };
  }
  const words = element.querySelector('.words');
  if (words === null) return null;
  const selected = selectedText(words, range);
  // A selection can touch a message without containing any of its text.
  if (selected === '' && words.textContent !== '') return null;
  const isWhole = selected.trim() === textWithLines(words).trim();
  const text = isWhole ? row.content : selected;
  const name = visibleName(row.username);
  const line = `${clockTime(row.at)} ${row.isAction ? `* ${name}` : `<${name}>`} ${text}`;
  return { line, alone: isWhole ? copiedText(row.content) : '' };
}

function selectedText(words: Element, range: Range): string {
  const inside = document.createRange();
  inside.selectNodeContents(words);
  if (!range.intersectsNode(words)) return '';
  if (range.compareBoundaryPoints(Range.START_TO_START, inside) > 0) {
    inside.setStart(range.startContainer, range.startOffset);
  }
  if (range.compareBoundaryPoints(Range.END_TO_END, inside) < 0) {
    inside.setEnd(range.endContainer, range.endOffset);
  }
  return textWithLines(inside.cloneContents());
}

/** The text, with a line break after each block that only CSS puts on lines of its own. */
function textWithLines(part: Element | DocumentFragment): string {
  const copy = part.cloneNode(true) as Element | DocumentFragment;
  for (const block of copy.querySelectorAll('.code-block, blockquote')) {
    if (block.nextSibling !== null) block.append('\n');
  }
  return copy.textContent ?? '';
}
