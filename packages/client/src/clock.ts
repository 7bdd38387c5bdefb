/** Time as the client uses it: monotonic, and in the hands of whoever creates the client. */

export type Clock = {
  /** Milliseconds since some fixed moment; never steps back. */
  now(): number;
  /** Calls `fn` once after `delayMs`; the answer cancels it. */
  setTimer(fn: () => void, delayMs: number): () => void;
};

export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer(fn, delayMs) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};
