/** The visible part of the log: where it is scrolled to, and which rows can be seen. */
import { anchorRows, rowsInSight, type ScrollAnchor } from './scroll-anchor.ts';

/** Within this many rows of the end counts as at the end. A page of scrolling keeps as many rows in sight. */
const STICKY_ROWS = 2;

/** The scrolling element of a log, and the list of rows inside it. All distances are in pixels. */
export class Viewport {
  readonly #scroller: HTMLElement;
  readonly #list: HTMLOListElement;
  #topRow: Element | undefined;
  /** The scroll position of the last `toEnd`. */
  #endAt = Number.NaN;

  constructor(scroller: HTMLElement, list: HTMLOListElement) {
    this.#scroller = scroller;
    this.#list = list;
  }

  /** Whether the end is visible, or almost. */
  get isAtEnd(): boolean {
    return this.#distanceToEnd <= this.#stickyHeight;
  }

  /** Whether the end is less than one screen away. */
  get isNearEnd(): boolean {
    return this.#distanceToEnd < this.#scroller.clientHeight;
  }

  /** Whether the beginning is less than one screen away. */
  get isNearTop(): boolean {
    return this.#scroller.scrollTop < this.#scroller.clientHeight;
  }

  /** Whether a hole is visible, or less than one screen away. */
  get isNearHole(): boolean {
    const hole = this.#list.querySelector('.hole')?.getBoundingClientRect();
    if (hole === undefined) return false;
    const { top, bottom, height } = this.#box;
    return hole.top < bottom + height && hole.bottom > top - height;
  }

  /** The rows that are at least partly visible. */
  rowsInSight(): Element[] {
    return rowsInSight(this.#scroller, this.#list);
  }

  /** The visible rows whose end is visible too. */
  rowsWithEndInSight(): Element[] {
    const { bottom } = this.#box;
    return this.rowsInSight().filter((row) => row.getBoundingClientRect().bottom <= bottom);
  }

  /** Whether `row` begins above the visible part. */
  isAbove(row: Element): boolean {
    return row.getBoundingClientRect().top < this.#box.top;
  }

  /** Remembers the visible rows, to keep them in place over a change of the list. */
  anchor(): ScrollAnchor {
    return anchorRows(this.#scroller, this.#list);
  }

  /**
   * Marks the first row that begins inside the visible part: it shows its nick and time even within a group. Call it last:
   * a measurement after it would make the browser compute styles twice in a frame.
   */
  markTopRow(): void {
    const { top } = this.#box;
    const topRow = this.rowsInSight().find((row) => row.getBoundingClientRect().top >= top);
    if (topRow !== this.#topRow) this.#topRow?.classList.remove('at-top');
    this.#topRow = topRow;
    // Filling a row again sets its classes again. A toggle that changes nothing costs nothing.
    topRow?.classList.toggle('at-top', true);
  }

  /** Whether the log is where `toEnd` left it. The browser reports that scrolling too, after it was drawn. */
  get isWhereLeft(): boolean {
    return this.#scroller.scrollTop === this.#endAt;
  }

  /** Scrolls to the beginning of the list. */
  toTop(): void {
    this.#scroller.scrollTop = 0;
  }

  /** Scrolls to the end of the list. */
  toEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#endAt = this.#scroller.scrollTop;
  }

  /** Scrolls `row` to the top, or as far below it as `screens` says (0 to 1). */
  toRow(row: Element, screens = 0): void {
    const offset = row.getBoundingClientRect().top - this.#box.top;
    this.#scroller.scrollTop += offset;
    this.#scroller.scrollTop -= screens * this.#scroller.clientHeight;
  }

  /** Scrolls one screen less STICKY_ROWS, up (-1) or down (1). */
  scrollPage(direction: 1 | -1): void {
    this.#scroller.scrollTop += direction * (this.#scroller.clientHeight - this.#stickyHeight);
  }

  get #box(): DOMRect {
    return this.#scroller.getBoundingClientRect();
  }

  get #distanceToEnd(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  get #stickyHeight(): number {
    return STICKY_ROWS * Number.parseFloat(getComputedStyle(this.#scroller).lineHeight);
  }
}
