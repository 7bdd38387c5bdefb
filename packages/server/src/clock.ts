/** A source of time. Order and time-outs use the monotonic clock; times that people read use the wall clock. */
export type Clock = {
  /** Returns the monotonic time in milliseconds. It never goes back, and counts from an arbitrary moment. */
  now(): number;
  /** Returns the wall time in milliseconds since 1970 UTC. It may jump. */
  wall(): number;
  /** Calls `run` once after `delayMs`. The returned function cancels it. Does not keep the process alive. */
  after(delayMs: number, run: () => void): () => void;
  /** Calls `run` every `periodMs`. The returned function cancels it. Does not keep the process alive. */
  every(periodMs: number, run: () => void): () => void;
};

/** The machine's clock. */
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

/** Resolves after `delayMs` on `clock`. */
export function pause(clock: Pick<Clock, 'after'>, delayMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(delayMs, resolve));
}
