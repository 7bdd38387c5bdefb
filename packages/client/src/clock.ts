/** Time as the client uses it. The creator of a client can pass another clock, as tests do. */

/** A monotonic clock with timers. */
export type Clock = {
  /** Returns the milliseconds since some fixed moment. Never goes back. */
  now(): number;
  /** Calls `fn` once after `delayMs`. Returns a function that cancels it. */
  setTimer(fn: () => void, delayMs: number): () => void;
};

/** The machine's clock and timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(fn, delayMs) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};
