/** The message log: a window of a room's timeline as a hand-written list, with its own scroll anchor. */
import type { Entry, Timeline, TimelinePatch } from '@banter/client';
import { createReading } from '../reading.ts';
import type { RowActions } from './row-elements.ts';
import { createRowList } from './row-list.ts';
import { buildRows, type LocalLine, type Row } from './rows.ts';
import { rowsInSight, takeAnchor } from './scroll-anchor.ts';
import { createUnreadLine } from './unread-line.ts';
import { followed, moveDown, moveUp, ROWS_MAX, shifted, windowAround, windowAtEnd } from './window.ts';

/** Closer to the end than this many rows counts as reading the end. */
const STICKY_ROWS = 2;

/** What came below the part of the log that is in sight. */
export type NewBelow = { count: number; hasMention: boolean };

export type LogViewDeps = {
  /** The element that scrolls, and the list inside it. */
  scroller: HTMLElement;
  list: HTMLOListElement;
  timeline: Timeline;
  /** The reader's username. */
  self: string;
  /** The room's unread count now. */
  unreadCount(): number;
  /** Lower-case usernames that a message can be addressed to. */
  knownNames(): ReadonlySet<string>;
  localLines(): readonly LocalLine[];
  /** Whether a person looks at the page now. */
  isWatched(): boolean;
  isMention(content: string): boolean;
  markRead(seq: number): void;
  onBelow(below: NewBelow): void;
  /** Something was drawn: whether the room has no row at all. */
  onDrawn(isEmpty: boolean): void;
  /** Somebody else's message came while the log was open. */
  onArrival(entry: Entry): void;
  delay(task: () => void, delayMs: number): () => void;
} & RowActions;

export type LogView = {
  /** Draws again: local lines or the people of the room changed. Loads what could not be loaded before. */
  refresh(): void;
  /** The page was looked at, or away from. */
  lookChanged(): void;
  /** Scrolls one screen less two rows, up (-1) or down (1). */
  scrollPage(direction: 1 | -1): void;
  toOldest(): void;
  toEnd(): void;
  /** Goes to the first unread message, loading pages until it is found. */
  toUnread(): Promise<void>;
  /** Takes the unread line away. */
  clearUnread(): void;
  readonly isAtEnd: boolean;
  destroy(): void;
};

/** Shows `timeline` in `list` until destroyed. */
export function createLogView(deps: LogViewDeps): LogView {
  const { scroller, list, timeline, self } = deps;
  const rows = createRowList(list, self, deps);
  const unread = createUnreadLine(self);
  let shown = windowAtEnd(timeline.entries.length);
  let count = timeline.entries.length;
  let isAtEnd = true;
  let isOpened = false;
  let isOpening = false;
  let frame = 0;
  let below: NewBelow = { count: 0, hasMention: false };

  const rowHeight = () => Number.parseFloat(getComputedStyle(scroller).lineHeight);
  const distanceToEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  const indexOf = (key: string) => timeline.entries.findIndex((entry) => entry.key === key);

  const reading = createReading({
    seenSeq: () => (isOpened ? seenSeq() : 0),
    isWatched: deps.isWatched,
    mark: deps.markRead,
    delay: deps.delay,
  });

  function draw(): void {
    cancelAnimationFrame(frame);
    frame = 0;
    const anchor = isAtEnd ? null : takeAnchor(scroller, list);
    rows.show(currentRows());
    if (anchor === null) scroller.scrollTop = scroller.scrollHeight;
    else anchor.hold();
    deps.onDrawn(isOpened && timeline.entries.length === 0);
    fill();
    reading.poke();
  }

  /** Many changes of one frame are drawn once. */
  function drawSoon(): void {
    if (frame === 0) frame = requestAnimationFrame(draw);
  }

  function currentRows(): Row[] {
    const built = buildRows(timeline.entries.slice(shown.start, shown.end), {
      self,
      isMention: deps.isMention,
      before: timeline.entries[shown.start - 1],
      hasOlder: timeline.hasOlder,
      unread: unread.current,
      localLines: deps.localLines(),
      known: deps.knownNames(),
    });
    return shown.end === count ? built.slice(-ROWS_MAX) : built.slice(0, ROWS_MAX);
  }

  /** Brings in rows where one has scrolled near an edge of the window. */
  function fill(): void {
    if (!isOpened) return;
    if (scroller.scrollTop < scroller.clientHeight) growUp();
    if (shown.end < count && distanceToEnd() < scroller.clientHeight) {
      shown = moveDown(shown, count);
      drawSoon();
    }
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
    isAtEnd = shown.end === count && distanceToEnd() <= STICKY_ROWS * rowHeight();
    if (isAtEnd) setBelow({ count: 0, hasMention: false });
    fill();
    reading.poke();
  }

  function onPatch(patch: TimelinePatch): void {
    const before = count;
    count = timeline.entries.length;
    if (patch.type === 'all') restart();
    else if (patch.type === 'prepend') prepended(patch.entries);
    else {
      if (patch.type === 'append') for (const entry of patch.entries) arrived(entry);
      shown = followed(shown, before, count, isAtEnd);
    }
    drawSoon();
  }

  /** After a full change the row in sight is kept where it is still known. */
  function restart(): void {
    const top = rowsInSight(scroller, list)
      .map((element) => indexOf(rows.rowOf(element)?.key ?? ''))
      .find((index) => index !== -1);
    isAtEnd ||= top === undefined;
    shown = isAtEnd || top === undefined ? windowAtEnd(count) : windowAround(top, count);
  }

  function prepended(entries: readonly Entry[]): void {
    unread.prepended(entries, timeline.entries);
    shown = shifted(shown, entries.length);
    if (isOpened) shown = moveUp(shown);
  }

  function arrived(entry: Entry): void {
    if (!isOpened) return;
    if (entry.kind === 'pending') isAtEnd = true;
    unread.arrived(entry, timeline.entries, deps.isWatched());
    if (entry.kind !== 'message' || entry.message.username === self) return;
    deps.onArrival(entry);
    if (isAtEnd) return;
    const hasMention = below.hasMention || deps.isMention(entry.message.content);
    setBelow({ count: below.count + 1, hasMention });
  }

  function setBelow(next: NewBelow): void {
    if (next.count === below.count && next.hasMention === below.hasMention) return;
    below = next;
    deps.onBelow(below);
  }

  async function open(): Promise<void> {
    if (isOpened || isOpening) return;
    isOpening = true;
    try {
      await timeline.load();
      const unreadCount = deps.unreadCount();
      unread.open(timeline.entries, unreadCount);
      while (unread.isBeyond && timeline.hasOlder) await timeline.loadOlder();
      isOpened = true;
      count = timeline.entries.length;
      shown = windowAtEnd(count);
      draw();
      if (isUnreadAbove()) {
        showUnread();
        setBelow({ count: unreadCount, hasMention: false });
      }
    } catch {
      // Not reachable now: refresh() tries again when the connection is back.
    } finally {
      isOpening = false;
    }
  }

  /** Whether the unread messages fill more than the screen. */
  function isUnreadAbove(): boolean {
    const line = rows.elementOf('unread');
    if (line === undefined) return unread.current !== null;
    return line.getBoundingClientRect().top < scroller.getBoundingClientRect().top;
  }

  function showUnread(): void {
    const line = unread.current;
    if (line === null) return;
    shown = windowAround(indexOf(line.key), count);
    isAtEnd = false;
    draw();
    const top = rows.elementOf('unread')?.getBoundingClientRect().top;
    if (top !== undefined) scroller.scrollTop += top - scroller.getBoundingClientRect().top;
  }

  function seenSeq(): number {
    if (isAtEnd) return seqOfLast(timeline.entries);
    const bottom = scroller.getBoundingClientRect().bottom;
    const whole = rowsInSight(scroller, list).filter((row) => row.getBoundingClientRect().bottom <= bottom);
    const seqs = whole.map((element) => {
      const row = rows.rowOf(element);
      return row?.kind === 'message' ? row.seq : 0;
    });
    return Math.max(0, ...seqs);
  }

  const resized = new ResizeObserver(() => {
    if (isAtEnd) scroller.scrollTop = scroller.scrollHeight;
  });
  const stopListening = timeline.onPatch(onPatch);
  scroller.addEventListener('scroll', onScroll, { passive: true });
  resized.observe(scroller);
  resized.observe(list);
  draw();
  void open();

  return {
    refresh() {
      drawSoon();
      void open();
    },
    lookChanged() {
      // Everything was read: what comes while nobody looks begins a new line.
      if (!deps.isWatched() && isAtEnd && deps.unreadCount() === 0) unread.clear();
      reading.poke();
    },
    scrollPage(direction) {
      scroller.scrollTop += direction * (scroller.clientHeight - STICKY_ROWS * rowHeight());
    },
    toOldest() {
      shown = windowAround(0, count);
      isAtEnd = false;
      draw();
      scroller.scrollTop = 0;
    },
    toEnd() {
      if (shown.end < count) shown = windowAtEnd(count);
      isAtEnd = true;
      setBelow({ count: 0, hasMention: false });
      draw();
    },
    async toUnread() {
      while (unread.isBeyond && timeline.hasOlder) await timeline.loadOlder();
      showUnread();
    },
    clearUnread() {
      unread.clear();
      drawSoon();
    },
    get isAtEnd() {
      return isAtEnd;
    },
    destroy() {
      cancelAnimationFrame(frame);
      stopListening();
      scroller.removeEventListener('scroll', onScroll);
      resized.disconnect();
      reading.stop();
      list.replaceChildren();
    },
  };
}

function seqOfLast(entries: readonly Entry[]): number {
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries[index];
    if (entry?.kind === 'message') return entry.message.seq;
    if (entry?.kind === 'notice') return entry.event.seq;
  }
  return 0;
}
