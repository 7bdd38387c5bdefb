/** The part of a timeline that is in the DOM: a few hundred of thousands of entries. Pure. */

/** Most rows in the DOM. */
export const ROWS_MAX = 400;
/** Most entries in the window. Day rules and other lines use the rest of ROWS_MAX. */
export const ENTRIES_MAX = 360;
/** Most entries in the window while the end is visible. A busy room should cost as little per message as a quiet one. */
export const FOLLOWED_MAX = 240;
/** Entries kept when that is exceeded. */
export const FOLLOWED_MIN = 120;
/** Entries by which the window moves when the reader scrolls to its edge. */
export const STEP = 100;

/** The entries from index `start` up to `end`, exclusive. */
export type LogWindow = { start: number; end: number };

/** The newest entries. */
export function windowAtEnd(count: number): LogWindow {
  return { start: Math.max(0, count - STEP), end: count };
}

/** One step towards older entries. The newest are dropped when there are too many. */
export function moveUp({ start, end }: LogWindow): LogWindow {
  const next = Math.max(0, start - STEP);
  return { start: next, end: Math.min(end, next + ENTRIES_MAX) };
}

/** One step towards newer entries. The oldest are dropped when there are too many. */
export function moveDown({ start, end }: LogWindow, count: number): LogWindow {
  const next = Math.min(count, end + STEP);
  return { start: Math.max(start, next - ENTRIES_MAX), end: next };
}

/** The window around one entry. */
export function windowAround(index: number, count: number): LogWindow {
  const start = Math.max(0, index - STEP);
  return { start, end: Math.min(count, start + 2 * STEP) };
}

/** The same entries after `added` older ones were loaded. */
export function shifted({ start, end }: LogWindow, added: number): LogWindow {
  return { start: start + added, end: end + added };
}

/**
 * The window after the timeline changed from `before` to `count` entries at its end. A reader at the end keeps seeing the
 * end. A reader further up keeps every row, and gets new ones only while there is room.
 */
export function followed(window: LogWindow, before: number, count: number, atEnd: boolean): LogWindow {
  if (atEnd) return { start: startAtEnd(window.start, count), end: count };
  const end =
    window.end >= before ? Math.min(count, window.start + ENTRIES_MAX) : Math.min(count, window.end);
  return window.start < end ? { start: window.start, end } : windowAtEnd(count);
}

/**
 * The start of a window that follows the end. Many old entries are dropped at once and seldom: each drop moves all other
 * rows, and a moved row has to be painted again.
 */
function startAtEnd(start: number, count: number): number {
  return count - start > FOLLOWED_MAX ? count - FOLLOWED_MIN : Math.min(start, count);
}
