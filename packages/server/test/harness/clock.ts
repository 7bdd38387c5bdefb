/** A clock that only a test advances, for unit tests. */

import type { Clock } from '../../src/clock.ts';

/** The clock. */
export type ManualClock = Clock & {
  /** Advances both clocks by `ms`. Timers that fall due run at their own time, in order. */
  advance(ms: number): void;
  /** The number of active timers. */
  readonly pending: number;
};

/** The default wall time at the start: whole seconds, so that the times in tokens are exact. */
export const WALL_START_MS = Date.UTC(2026, 0, 1);

type Timer = { dueAt: number; periodMs: number | null; run: () => void };

/** Creates a clock at monotonic time 0. @param wallStartMs its wall time, in milliseconds since 1970 UTC. */
export function createManualClock(wallStartMs = WALL_START_MS): ManualClock {
  const timers = new Set<Timer>();
  let elapsedMs = 0;

  function schedule(delayMs: number, periodMs: number | null, run: () => void): () => void {
    const timer = { dueAt: elapsedMs + delayMs, periodMs, run };
    timers.add(timer);
    return () => void timers.delete(timer);
  }

  function fire(timer: Timer): void {
    elapsedMs = timer.dueAt;
    if (timer.periodMs === null) timers.delete(timer);
    else timer.dueAt += timer.periodMs;
    timer.run();
  }

  return {
    now: () => elapsedMs,
    wall: () => wallStartMs + elapsedMs,
    after: (delayMs, run) => schedule(delayMs, null, run),
    every: (periodMs, run) => schedule(periodMs, periodMs, run),
    advance(ms) {
      const end = elapsedMs + ms;
      for (let timer = nextDue(timers, end); timer; timer = nextDue(timers, end)) fire(timer);
      elapsedMs = end;
    },
    get pending() {
      return timers.size;
    },
  };
}

/** Returns the next timer that falls due until `end`, or null. */
function nextDue(timers: ReadonlySet<Timer>, end: number): Timer | null {
  let next: Timer | null = null;
  for (const timer of timers) {
    if (timer.dueAt <= end && (next === null || timer.dueAt < next.dueAt)) next = timer;
  }
  return next;
}
