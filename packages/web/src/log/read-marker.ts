/** Moves the read mark over messages that were in sight long enough, on a page that is visible and focused. */

/** How long a message must be in sight to count as read. */
export const READ_AFTER_MS = 300;

/** Everything the read mark depends on. */
export type ReadMarkerDeps = {
  /** The highest seq in sight, or above the visible part; 0 for none. */
  seenSeq(): number;
  /** Whether a person watches the page. */
  isWatched(): boolean;
  /** Marks everything up to `seq` as read. */
  mark(seq: number): void;
  /** Runs `task` after `delayMs`. Returns a function that cancels it. */
  delay(task: () => void, delayMs: number): () => void;
};

/** The read mark of one room. */
export type ReadMarker = {
  /** Call after each scroll, focus change or drawing. */
  check(): void;
  /** Cancels a running delay. */
  stop(): void;
};

/** Creates the read mark of one room. It marks each seq at most once, and only forwards. */
export function createReadMarker({ seenSeq, isWatched, mark, delay }: ReadMarkerDeps): ReadMarker {
  let markedSeq = 0;
  let waiting: { seq: number; cancel(): void } | null = null;

  const cancel = () => {
    waiting?.cancel();
    waiting = null;
  };
  const settle = () => {
    // A message that was scrolled out of sight within the delay does not count as read.
    const seq = Math.min(waiting?.seq ?? 0, seenSeq());
    waiting = null;
    if (isWatched() && seq > markedSeq) {
      markedSeq = seq;
      mark(seq);
    }
    check();
  };
  const check = () => {
    if (!isWatched()) return cancel();
    const seq = seenSeq();
    // A running delay is not restarted. Messages that came since get a delay of their own afterwards.
    if (waiting !== null || seq <= markedSeq) return;
    waiting = { seq, cancel: delay(settle, READ_AFTER_MS) };
  };
  return { check, stop: cancel };
}
