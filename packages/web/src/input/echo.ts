/** The echo: an invisible copy of the input's text under the field. It gives the field its height and shows the cursor. */
import { withLeadingNames } from '../text/bidi.ts';

/** The echo of one field. */
export class Echo {
  readonly #echo: HTMLElement;
  readonly #field: HTMLTextAreaElement;
  readonly #before = new Text();
  readonly #under = new Text();
  readonly #after = new Text();
  readonly #cursor = document.createElement('span');
  /** The animation frame that will scroll the cursor into view. */
  #revealFrame = 0;

  constructor(echo: HTMLElement, field: HTMLTextAreaElement) {
    this.#echo = echo;
    this.#field = field;
    this.#cursor.append(this.#under);
    echo.replaceChildren(this.#before, this.#cursor, this.#after);
  }

  /** Whether the cursor is on the first (or last) line as displayed, counting wrapped lines. */
  isCursorAtEdge(direction: 'older' | 'newer'): boolean {
    // The browser reports a moved cursor a moment after it moved, so the echo may be out of date.
    this.#paint();
    // While text is selected there is no cursor, and the arrow keys belong to the field.
    if (this.#cursor.className === '') return false;
    const lines = this.#echo.getBoundingClientRect();
    const { top, bottom } = this.#cursor.getBoundingClientRect();
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
    this.#revealFrame = requestAnimationFrame(() => {
      if (this.#cursor.className !== '') this.#cursor.scrollIntoView({ block: 'nearest' });
    });
  }

  /** Cancels what is left to do. */
  stop(): void {
    cancelAnimationFrame(this.#revealFrame);
  }

  /**
   * Copies the field's text, with the cursor as a cell over its character. The nodes stay: Chromium ends a step of undo where
   * nodes are removed, so each letter would be one.
   */
  #paint(): void {
    const { value, selectionStart, selectionEnd: at } = this.#field;
    this.#field.dir = this.#echo.dir = 'auto';
    withLeadingNames(value, ({ directionOf }) => {
      this.#field.dir = this.#echo.dir = directionOf(this.#field.value);
    });
    const under = String.fromCodePoint(value.codePointAt(at) ?? 0x20);
    const isCell = at < value.length && under !== '\n';
    const hasSelection = selectionStart !== at;
    this.#cursor.className = hasSelection ? '' : 'cursor';
    this.#before.data = value.slice(0, at);
    // A no-break space wraps to the next line like a letter; a space would hang over the edge.
    this.#under.data = hasSelection ? '' : isCell ? under : '\u00a0';
    // The last character gives an empty last line its height, as in the field.
    this.#after.data = `${value.slice(hasSelection || !isCell ? at : at + under.length)}\u200b`;
  }
}
