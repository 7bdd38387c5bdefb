/** Which part of a timeline stands in the page: the log holds thousands of entries, the DOM a few hundred. Pure. */

/** Rows in the DOM, at most. */
export const ROWS_MAX = 400;
/** Entries in the window, at most; day rules and the like take the rest of ROWS_MAX. */
export const ENTRIES_MAX = 360;
/** Entries that are kept while one reads the end: what comes should cost as little in a busy room as in a quiet one. */
export const FOLLOWED_MAX = 200;
/** Entries by which the window moves when one scrolls to its edge. */
export const STEP = 100;

/** Entries `start` up to, but not with, `end`. */
export type LogWindow = { start: number; end: number };

/** The newest entries. */
export function windowAtEnd(count: number): LogWindow {
  return { start: Math.max(0, count - STEP), end: count };
}

/** One step towards older entries; the newest go when there are too many. */
export function moveUp({ start, end }: LogWindow): LogWindow {
  const next = Math.max(0, start - STEP);
  return { start: next, end: Math.min(end, next + ENTRIES_MAX) };
}

/** One step towards newer entries; the oldest go when there are too many. */
export function moveDown({ start, end }: LogWindow, count: number): LogWindow {
  const next = Math.min(count, end + STEP);
  return { start: Math.max(start, next - ENTRIES_MAX), end: next };
}

/** The window around one entry. */
export function windowAround(index: number, count: number): LogWindow {
  const start = Math.max(0, index - STEP);
  return { start, end: Math.min(count, start + 2 * STEP) };
}

/** The same entries after `added` older ones were put in front. */
export function shifted({ start, end }: LogWindow, added: number): LogWindow {
  return { start: start + added, end: end + added };
}

/**
 * The window after entries came at the end (or went). Who reads the end keeps reading it;
 * who reads further up keeps every row in place, and gets new ones only while there is room.
 */
export function followed(window: LogWindow, before: number, count: number, atEnd: boolean): LogWindow {
  if (atEnd) return { start: Math.min(Math.max(window.start, count - FOLLOWED_MAX), count), end: count };
  const end =
    window.end >= before ? Math.min(count, window.start + ENTRIES_MAX) : Math.min(count, window.end);
  return window.start < end ? { start: window.start, end } : windowAtEnd(count);
}
