/** The part of a timeline that is in the page: which entries are in the list, and where it is scrolled to. */
import type { Timeline, TimelinePatch } from '@banter/client';
import { MessageCursor } from './message-cursor.ts';
import { handlePresses, type MessageTool, showTools } from './message-tools.ts';
import type { MessageRow, Row } from './row.ts';
import type { RowActions } from './row-elements.ts';
import { createRowList, type RowList } from './row-list.ts';
import { Viewport } from './viewport.ts';
import {
  followed,
  type LogWindow,
  moveDown,
  moveUp,
  ROWS_MAX,
  shifted,
  windowAround,
  windowAtEnd,
} from './window.ts';

/** The first messages are shown before the code for copying is loaded. */
const LOAD_COPYING_AFTER_MS = 500;

/** Everything the frame needs from the log. */
export type LogFrameDeps = {
  /** The element that scrolls. */
  scroller: HTMLElement;
  /** The list inside `scroller`. */
  list: HTMLOListElement;
  timeline: Timeline;
  /** The reader's username. */
  self: string;
  /** Builds the rows for a part of the timeline. */
  rowsOf(window: LogWindow): Row[];
  /** Whether older pages may be loaded already. */
  isOpened(): boolean;
  /** Called after each scroll. */
  onScrolled(): void;
  /** Called after each drawing. */
  onDrawn(): void;
  /** Called when a person uses a tool on a message. */
  onTool(tool: MessageTool, row: MessageRow): void;
  /** Runs `task` after `delayMs`. Returns a function that cancels it. */
  delay(task: () => void, delayMs: number): () => void;
} & RowActions;

/** A frame at the end of its timeline, until it is moved. */
export class LogFrame {
  /** The message that has the keyboard. */
  readonly cursor: MessageCursor;
  readonly #deps: LogFrameDeps;
  readonly #timeline: Timeline;
  readonly #viewport: Viewport;
  readonly #rows: RowList;
  readonly #stops: (() => void)[];
  #stopCopying: (() => void) | undefined;
  /** Entries in the timeline after the last patch. */
  #count: number;
  #window: LogWindow;
  #isAtEnd = true;
  /** The animation frame that will draw; 0 when none is requested. */
  #drawFrame = 0;

  constructor(deps: LogFrameDeps) {
    const { scroller, list, timeline } = deps;
    this.#deps = deps;
    this.#timeline = timeline;
    this.#count = timeline.entries.length;
    this.#window = windowAtEnd(this.#count);
    this.#viewport = new Viewport(scroller, list);
    this.#rows = createRowList(list, deps.self, deps);
    const { rowOf } = this.#rows;
    this.cursor = new MessageCursor(list, this.#viewport, rowOf);
    scroller.addEventListener('scroll', this.#onScroll, { passive: true });
    this.#stops = [
      () => scroller.removeEventListener('scroll', this.#onScroll),
      this.#followSize(scroller, list),
      deps.delay(() => this.#loadCopying(), LOAD_COPYING_AFTER_MS),
      () => this.#stopCopying?.(),
      showTools(list, rowOf, deps.onTool),
      handlePresses(list, rowOf, (row) => deps.onTool('more', row)),
    ];
  }

  /** Whether the newest entry is visible. While it is, new entries scroll the log. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** Draws the rows of the window now. */
  draw(): void {
    cancelAnimationFrame(this.#drawFrame);
    this.#drawFrame = 0;
    const anchor = this.#isAtEnd ? null : this.#viewport.anchor();
    const built = this.#deps.rowsOf(this.#window);
    const isLast = this.#window.end === this.#count;
    this.#rows.show(isLast ? built.slice(-ROWS_MAX) : built.slice(0, ROWS_MAX));
    if (anchor === null) this.#viewport.toEnd();
    else anchor.hold();
    this.#fill();
    this.#deps.onDrawn();
    this.#viewport.markTopRow();
  }

  /** Draws with the next animation frame, once for any number of calls. */
  drawSoon(): void {
    if (this.#drawFrame === 0) this.#drawFrame = requestAnimationFrame(() => this.draw());
  }

  /** Moves the window after a change of the timeline, and draws soon. */
  apply(patch: TimelinePatch): void {
    const before = this.#count;
    const count = this.#timeline.entries.length;
    this.#count = count;
    if (patch.type === 'all') this.#window = this.#windowAfterAll();
    else if (patch.type !== 'prepend') this.#window = followed(this.#window, before, count, this.#isAtEnd);
    else if (this.#deps.isOpened()) this.#window = moveUp(shifted(this.#window, patch.entries.length));
    else this.#window = windowAtEnd(count);
    this.drawSoon();
  }

  /** Keeps the end visible from the next drawing on. */
  followEnd(): void {
    this.#isAtEnd = true;
  }

  /** Scrolls to the newest entry. */
  showEnd(): void {
    if (this.#window.end < this.#count) this.#window = windowAtEnd(this.#count);
    this.#isAtEnd = true;
    this.draw();
  }

  /** Scrolls to the oldest loaded entry. */
  showOldest(): void {
    this.#moveTo(0);
    this.#viewport.toTop();
  }

  /** Scrolls the row with `rowKey`, at entry `index`, to the top, or `screens` of a screen below it. */
  showRow(index: number, rowKey: string, screens = 0): void {
    this.#moveTo(index);
    const row = this.#rows.elementOf(rowKey);
    if (row !== undefined) this.#viewport.toRow(row, screens);
  }

  /** Shows a row with some context above it, highlights it and focuses it. */
  showFound(index: number, rowKey: string): void {
    this.showRow(index, rowKey, 1 / 3);
    this.#deps.list.querySelector('.found')?.classList.remove('found');
    const row = this.#rows.elementOf(rowKey);
    if (row === undefined) return;
    row.classList.add('found');
    this.cursor.focus(row);
  }

  /** Scrolls almost one screen, up (-1) or down (1). */
  scrollPage(direction: 1 | -1): void {
    this.#viewport.scrollPage(direction);
  }

  /** Whether the row is in the list. */
  has(rowKey: string): boolean {
    return this.#rows.elementOf(rowKey) !== undefined;
  }

  /** Whether the row begins above the visible part, or is not in the list. */
  isAbove(rowKey: string): boolean {
    const row = this.#rows.elementOf(rowKey);
    return row === undefined || this.#viewport.isAbove(row);
  }

  /** The number of loaded entries below the visible part. */
  linesBelow(): number {
    const last = this.#viewport.rowsInSight().at(-1);
    const key = last === undefined ? undefined : this.#rows.rowOf(last)?.key;
    const index = this.#timeline.entries.findLastIndex((entry) => entry.key === key);
    return index === -1 ? 0 : this.#count - 1 - index;
  }

  /** The highest seq that is wholly visible or above the visible part; 0 for none. */
  seenSeq(): number {
    if (this.#isAtEnd) return seqOfLast(this.#timeline);
    const seqs = this.#viewport.rowsWithEndInSight().map((row) => seqOfRow(this.#rows.rowOf(row)));
    return Math.max(0, ...seqs);
  }

  /** Removes all rows and listeners. */
  destroy(): void {
    cancelAnimationFrame(this.#drawFrame);
    for (const stop of this.#stops) stop();
    this.#deps.list.replaceChildren();
  }

  readonly #onScroll = (): void => {
    if (this.#isAtEnd && this.#viewport.isWhereLeft) return;
    this.#isAtEnd = this.#window.end === this.#count && this.#viewport.isAtEnd;
    this.#fill();
    this.#deps.onScrolled();
    this.#viewport.markTopRow();
  };

  /** Makes messages copy as they were written. Until this code is loaded, the browser copies what it shows. */
  #loadCopying(): void {
    const start = ({ handleCopying }: typeof import('./copying.ts')) => {
      if (this.#deps.list.isConnected) this.#stopCopying = handleCopying(this.#deps.list, this.#rows.rowOf);
    };
    import('./copying.ts').then(start, () => undefined);
  }

  /** Keeps the end visible, and the top row marked, when the log or its rows change their size. */
  #followSize(...elements: Element[]): () => void {
    const observer = new ResizeObserver(() => {
      if (this.#isAtEnd) this.#viewport.toEnd();
      this.#viewport.markTopRow();
    });
    for (const each of elements) observer.observe(each);
    return () => observer.disconnect();
  }

  #moveTo(index: number): void {
    this.#window = windowAround(index, this.#count);
    this.#isAtEnd = false;
    this.draw();
  }

  /** Loads more entries when the view is near an edge of the window, or near a hole. */
  #fill(): void {
    if (!this.#deps.isOpened()) return;
    if (this.#viewport.isNearTop) this.#growUp();
    if (this.#window.end < this.#count && this.#viewport.isNearEnd) {
      this.#window = moveDown(this.#window, this.#count);
      this.drawSoon();
    }
    if (this.#viewport.isNearHole) this.#timeline.fillHole().catch(() => undefined);
  }

  #growUp(): void {
    if (this.#window.start > 0) {
      this.#window = moveUp(this.#window);
      this.drawSoon();
    } else if (this.#timeline.hasOlder && !this.#timeline.isLoading) {
      // A failed page is requested again with the next scroll.
      this.#timeline.loadOlder().catch(() => undefined);
    }
  }

  /** The window after a full change: around a visible entry that still exists, or else at the end. */
  #windowAfterAll(): LogWindow {
    const keys = this.#viewport.rowsInSight().map((element) => this.#rows.rowOf(element)?.key);
    const index = this.#timeline.entries.findIndex((entry) => keys.includes(entry.key));
    this.#isAtEnd ||= index === -1;
    return this.#isAtEnd ? windowAtEnd(this.#count) : windowAround(index, this.#count);
  }
}

function seqOfRow(row: Row | undefined): number {
  return row?.kind === 'message' ? row.seq : 0;
}

function seqOfLast({ entries }: Timeline): number {
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index];
    if (entry?.kind === 'message') return entry.message.seq;
    if (entry?.kind === 'notice') return entry.event.seq;
  }
  return 0;
}
