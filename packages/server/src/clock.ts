/** Time, passed in: order and time-outs go by the monotonic clock, what people read by the wall. */
export type Clock = {
  /** Milliseconds since some moment, never going back. */
  now(): number;
  /** Milliseconds since 1970 UTC; may jump. */
  wall(): number;
  /** Calls `run` once after `delayMs`; the returned function calls it off. Does not keep the process alive. */
  after(delayMs: number, run: () => void): () => void;
  /** Calls `run` again and again; the returned function ends it. Does not keep the process alive. */
  every(periodMs: number, run: () => void): () => void;
};

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs).unref();
    return () => clearTimeout(timer);
  },
  every(periodMs, run) {
    const timer = setInterval(run, periodMs).unref();
    return () => clearInterval(timer);
  },
};
