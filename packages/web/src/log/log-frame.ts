/** The frame on a timeline: which of its entries stand in the list, and where that is scrolled. */
import type { Timeline, TimelinePatch } from '@banter/client';
import { answerCopying } from './copying.ts';
import { createMessageCursor, type MessageCursor } from './message-cursor.ts';
import { listenToPresses, type MessageTool, showTools } from './message-tools.ts';
import type { RowActions } from './row-elements.ts';
import { createRowList } from './row-list.ts';
import type { MessageRow, Row } from './rows.ts';
import { rowsInSight, takeAnchor } from './scroll-anchor.ts';
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

/** Closer to the end than this many rows counts as reading the end; a page of scrolling leaves as many. */
const STICKY_ROWS = 2;

export type LogFrameDeps = {
  /** The element that scrolls, and the list inside it. */
  scroller: HTMLElement;
  list: HTMLOListElement;
  timeline: Timeline;
  /** The reader's username. */
  self: string;
  /** The rows for a part of the timeline. */
  rowsOf(window: LogWindow): Row[];
  /** Whether older pages may be asked for already. */
  isOpened(): boolean;
  onScrolled(): void;
  onDrawn(): void;
  /** Something is to be done with a message. */
  onTool(tool: MessageTool, row: MessageRow): void;
} & RowActions;

export type LogFrame = {
  draw(): void;
  /** Many changes of one frame are drawn once. */
  drawSoon(): void;
  /** Moves the window as the timeline changed; draws soon. */
  apply(patch: TimelinePatch): void;
  /** Whether the newest entry is in sight; then the end is followed. */
  readonly isAtEnd: boolean;
  /** From the next drawing on the end is followed. */
  followEnd(): void;
  showEnd(): void;
  showOldest(): void;
  /** Shows the row `rowKey`, which stands at entry `index`, at the top. */
  showRow(index: number, rowKey: string): void;
  /** Shows it with some of what came before, marks it, and gives it the keyboard. */
  showFound(index: number, rowKey: string): void;
  scrollPage(direction: 1 | -1): void;
  readonly cursor: MessageCursor;
  has(rowKey: string): boolean;
  /** Whether the row begins above what is in sight. */
  isAbove(rowKey: string): boolean;
  /** The highest seq that is in sight as a whole, or above it; 0 for none. */
  seenSeq(): number;
  destroy(): void;
};

/** A frame at the end of the timeline. */
export function createLogFrame(deps: LogFrameDeps): LogFrame {
  const { scroller, list, timeline } = deps;
  const rows = createRowList(list, deps.self, deps);
  let count = timeline.entries.length;
  let shown = windowAtEnd(count);
  let isAtEnd = true;
  let request = 0;

  const stickyHeight = () => STICKY_ROWS * Number.parseFloat(getComputedStyle(scroller).lineHeight);
  const distanceToEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  const toBottom = () => {
    scroller.scrollTop = scroller.scrollHeight;
  };

  let top: Element | undefined;
  /** The first row in sight as a whole shows its nick and time, whoever wrote the row above it. */
  function markTop(): void {
    top?.classList.remove('at-top');
    const { top: edge } = scroller.getBoundingClientRect();
    top = rowsInSight(scroller, list).find((row) => row.getBoundingClientRect().top >= edge);
    top?.classList.add('at-top');
  }

  function draw(): void {
    cancelAnimationFrame(request);
    request = 0;
    const anchor = isAtEnd ? null : takeAnchor(scroller, list);
    const built = deps.rowsOf(shown);
    rows.show(shown.end === count ? built.slice(-ROWS_MAX) : built.slice(0, ROWS_MAX));
    if (anchor === null) toBottom();
    else anchor.hold();
    markTop();
    fill();
    deps.onDrawn();
  }

  function drawSoon(): void {
    if (request === 0) request = requestAnimationFrame(draw);
  }

  /** Brings in rows where one has scrolled near an edge of the window. */
  function fill(): void {
    if (!deps.isOpened()) return;
    if (scroller.scrollTop < scroller.clientHeight) growUp();
    if (shown.end < count && distanceToEnd() < scroller.clientHeight) {
      shown = moveDown(shown, count);
      drawSoon();
    }
    if (isHoleNear(scroller, list)) timeline.fillHole().catch(() => undefined);
  }

  function growUp(): void {
    if (shown.start > 0) {
      shown = moveUp(shown);
      drawSoon();
    } else if (timeline.hasOlder && !timeline.isLoading) {
      // A page that cannot be had is asked for again at the next scroll.
      timeline.loadOlder().catch(() => undefined);
    }
  }

  function onScroll(): void {
    isAtEnd = shown.end === count && distanceToEnd() <= stickyHeight();
    markTop();
    fill();
    deps.onScrolled();
  }

  /** After a full change the row in sight is kept where it is still known. */
  function windowAfterAll(): LogWindow {
    const keys = rowsInSight(scroller, list).map((element) => rows.rowOf(element)?.key);
    const index = timeline.entries.findIndex((entry) => keys.includes(entry.key));
    isAtEnd ||= index === -1;
    return isAtEnd ? windowAtEnd(count) : windowAround(index, count);
  }

  const resized = new ResizeObserver(() => {
    if (isAtEnd) toBottom();
  });
  scroller.addEventListener('scroll', onScroll, { passive: true });
  resized.observe(scroller);
  resized.observe(list);
  const stops = [
    answerCopying(list, rows.rowOf),
    showTools(list, rows.rowOf, deps.onTool),
    listenToPresses(list, rows.rowOf, (row) => deps.onTool('more', row)),
  ];

  const frame: LogFrame = {
    draw,
    drawSoon,
    apply(patch) {
      const before = count;
      count = timeline.entries.length;
      if (patch.type === 'all') shown = windowAfterAll();
      else if (patch.type !== 'prepend') shown = followed(shown, before, count, isAtEnd);
      else if (deps.isOpened()) shown = moveUp(shifted(shown, patch.entries.length));
      else shown = windowAtEnd(count);
      drawSoon();
    },
    get isAtEnd() {
      return isAtEnd;
    },
    followEnd() {
      isAtEnd = true;
    },
    showEnd() {
      if (shown.end < count) shown = windowAtEnd(count);
      isAtEnd = true;
      draw();
    },
    showOldest() {
      shown = windowAround(0, count);
      isAtEnd = false;
      draw();
      scroller.scrollTop = 0;
    },
    showRow(index, rowKey) {
      shown = windowAround(index, count);
      isAtEnd = false;
      draw();
      const top = rows.elementOf(rowKey)?.getBoundingClientRect().top;
      if (top !== undefined) scroller.scrollTop += top - scroller.getBoundingClientRect().top;
    },
    showFound(index, rowKey) {
      frame.showRow(index, rowKey);
      scroller.scrollTop -= scroller.clientHeight / 3;
      list.querySelector('.found')?.classList.remove('found');
      const row = rows.elementOf(rowKey);
      row?.classList.add('found');
      if (row) frame.cursor.stand(row);
    },
    scrollPage(direction) {
      scroller.scrollTop += direction * (scroller.clientHeight - stickyHeight());
    },
    cursor: createMessageCursor(scroller, list, rows.rowOf),
    has: (rowKey) => rows.elementOf(rowKey) !== undefined,
    isAbove(rowKey) {
      const row = rows.elementOf(rowKey);
      return row === undefined || row.getBoundingClientRect().top < scroller.getBoundingClientRect().top;
    },
    seenSeq() {
      if (isAtEnd) return seqOfLast(timeline);
      const { bottom } = scroller.getBoundingClientRect();
      const whole = rowsInSight(scroller, list).filter((row) => row.getBoundingClientRect().bottom <= bottom);
      return Math.max(0, ...whole.map((element) => seqOfRow(rows.rowOf(element))));
    },
    destroy() {
      cancelAnimationFrame(request);
      scroller.removeEventListener('scroll', onScroll);
      resized.disconnect();
      for (const stop of stops) stop();
      list.replaceChildren();
    },
  };
  return frame;
}

/** Whether a hole is in sight, or will be after a page of scrolling. */
function isHoleNear(scroller: HTMLElement, list: HTMLElement): boolean {
  const hole = list.querySelector('.hole')?.getBoundingClientRect();
  if (hole === undefined) return false;
  const { top, bottom, height } = scroller.getBoundingClientRect();
  return hole.top < bottom + height && hole.bottom > top - height;
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
