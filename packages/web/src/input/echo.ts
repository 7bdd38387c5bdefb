/** The text of the input again, unseen, under the field: it gives the field its height, and shows the cursor's cell. */

/** Whether the cursor stands on the first (or last) line as it is seen, wrapped lines counted. */
export function isCursorAtEdge(echo: HTMLElement, direction: 'older' | 'newer'): boolean {
  const cursor = echo.querySelector('.cursor');
  // While text is selected no cursor is drawn, and the keys are the field's.
  if (cursor === null) return false;
  const lines = echo.getBoundingClientRect();
  const { top, bottom } = cursor.getBoundingClientRect();
  const height = bottom - top;
  return direction === 'older' ? top - lines.top < height : lines.bottom - bottom < height;
}

/** The text again, unseen, with the cell of the cursor over the character that it stands on. */
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
    // Without it an empty last line would have no height here, but has it in the field.
    '\u200b',
  );
}
