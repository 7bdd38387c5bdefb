/** The echo: an invisible copy of the input's text under the field. It gives the field its height and shows the cursor. */

/** Whether the cursor is on the first (or last) line as displayed, counting wrapped lines. */
export function isCursorAtEdge(echo: HTMLElement, direction: 'older' | 'newer'): boolean {
  const cursor = echo.querySelector('.cursor');
  // While text is selected there is no cursor, and the arrow keys belong to the field.
  if (cursor === null) return false;
  const lines = echo.getBoundingClientRect();
  const { top, bottom } = cursor.getBoundingClientRect();
  const height = bottom - top;
  return direction === 'older' ? top - lines.top < height : lines.bottom - bottom < height;
}

/** Copies the field's text into `echo`, with the cursor as a cell over its character. */
export function paintEcho(echo: HTMLElement, field: HTMLTextAreaElement): void {
  const text = field.value;
  const at = field.selectionEnd;
  const under = String.fromCodePoint(text.codePointAt(at) ?? 0x20);
  const isCell = at < text.length && under !== '\n';
  const cursor = document.createElement('span');
  cursor.className = 'cursor';
  // A no-break space wraps to the next line like a letter; a space would hang over the edge.
  cursor.textContent = isCell ? under : '\u00a0';
  const hasSelection = field.selectionStart !== field.selectionEnd;
  echo.replaceChildren(
    text.slice(0, at),
    hasSelection ? '' : cursor,
    text.slice(hasSelection || !isCell ? at : at + under.length),
    // Gives an empty last line its height, as in the field.
    '\u200b',
  );
}
