/** A clock that stands still until a test moves it: for units that are handed their time. */

import type { Clock } from '../../src/clock.ts';

export type ManualClock = Clock & {
  /** Moves both clocks on by `ms`; whatever falls due on the way runs at its own moment, in order. */
  advance(ms: number): void;
  /** How many timers are set. */
  readonly pending: number;
};

/** What the wall shows at the start, unless told otherwise: whole seconds, so that tokens' times are exact. */
export const WALL_START_MS = Date.UTC(2026, 0, 1);

type Timer = { dueAt: number; periodMs: number | null; run: () => void };

/** @param wallStartMs milliseconds since 1970 UTC at the start; the monotonic clock begins at 0. */
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

/** The timer that falls due first, at `end` at the latest. */
function nextDue(timers: ReadonlySet<Timer>, end: number): Timer | null {
  let next: Timer | null = null;
  for (const timer of timers) {
    if (timer.dueAt <= end && (next === null || timer.dueAt < next.dueAt)) next = timer;
  }
  return next;
}
