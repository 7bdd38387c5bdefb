/** The echo: an invisible copy of the input's text under the field. It gives the field its height and shows the cursor. */

/** The echo of one field. */
export class Echo {
  readonly #echo: HTMLElement;
  readonly #field: HTMLTextAreaElement;
  /** The animation frame that will scroll the cursor into view. */
  #revealFrame = 0;

  constructor(echo: HTMLElement, field: HTMLTextAreaElement) {
    this.#echo = echo;
    this.#field = field;
  }

  /** Whether the cursor is on the first (or last) line as displayed, counting wrapped lines. */
  isCursorAtEdge(direction: 'older' | 'newer'): boolean {
    // The browser reports a moved cursor a moment after it moved, so the echo may be out of date.
    this.#paint();
    const cursor = this.#echo.querySelector('.cursor');
    // While text is selected there is no cursor, and the arrow keys belong to the field.
    if (cursor === null) return false;
    const lines = this.#echo.getBoundingClientRect();
    const { top, bottom } = cursor.getBoundingClientRect();
    const height = bottom - top;
    return direction === 'older' ? top - lines.top < height : lines.bottom - bottom < height;
  }

  /**
   * Copies the text, and scrolls the cursor into view with the next frame. Now, that would force a layout that the log may
   * be about to change.
   */
  update(): void {
    this.#paint();
    cancelAnimationFrame(this.#revealFrame);
    this.#revealFrame = requestAnimationFrame(() =>
      this.#echo.querySelector('.cursor')?.scrollIntoView({ block: 'nearest' }),
    );
  }

  /** Cancels what is left to do. */
  stop(): void {
    cancelAnimationFrame(this.#revealFrame);
  }

  /** Copies the field's text, with the cursor as a cell over its character. */
  #paint(): void {
    const field = this.#field;
    const text = field.value;
    const at = field.selectionEnd;
    const under = String.fromCodePoint(text.codePointAt(at) ?? 0x20);
    const isCell = at < text.length && under !== '\n';
    const cursor = document.createElement('span');
    cursor.className = 'cursor';
    // A no-break space wraps to the next line like a letter; a space would hang over the edge.
    cursor.textContent = isCell ? under : '\u00a0';
    const hasSelection = field.selectionStart !== field.selectionEnd;
    this.#echo.replaceChildren(
      text.slice(0, at),
      hasSelection ? '' : cursor,
      text.slice(hasSelection || !isCell ? at : at + under.length),
      // Gives an empty last line its height, as in the field.
      '\u200b',
    );
  }
}
