/** Moves the read mark: only for what stood in sight long enough, on a page that is visible and focused. */

/** How long a message must stand in sight to count as read. */
export const READ_AFTER_MS = 300;

export type ReadingDeps = {
  /** The seq up to which everything is in sight or above; 0 for nothing. */
  seenSeq(): number;
  /** Whether a person looks at the page now. */
  isWatched(): boolean;
  mark(seq: number): void;
  /** Runs `task` after `delayMs`; gives a function that cancels it. */
  delay(task: () => void, delayMs: number): () => void;
};

export type Reading = {
  /** Something changed: scroll, focus, new rows. */
  poke(): void;
  stop(): void;
};

/** A watcher for one room. It marks each seq at most once, and only forwards. */
export function createReading({ seenSeq, isWatched, mark, delay }: ReadingDeps): Reading {
  let markedSeq = 0;
  let waiting: { seq: number; cancel(): void } | null = null;

  const cancel = () => {
    waiting?.cancel();
    waiting = null;
  };
  const settle = () => {
    // Who scrolled away within the time has not read what is out of sight again.
    const seq = Math.min(waiting?.seq ?? 0, seenSeq());
    waiting = null;
    if (isWatched() && seq > markedSeq) {
      markedSeq = seq;
      mark(seq);
    }
    poke();
  };
  const poke = () => {
    if (!isWatched()) return cancel();
    const seq = seenSeq();
    // A wait that runs is left alone: what came since gets its own 300 ms afterwards.
    if (waiting !== null || seq <= markedSeq) return;
    waiting = { seq, cancel: delay(settle, READ_AFTER_MS) };
  };
  return { poke, stop: cancel };
}
