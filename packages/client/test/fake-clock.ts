/** Time that a test moves by hand. */
import type { Clock } from '../src/clock.ts';

export type FakeClock = Clock & {
  /** Moves time on and runs what falls due, in order, letting promises settle in between. */
  advance(ms: number): Promise<void>;
  /** How many timers wait. */
  readonly waiting: number;
};

/** A clock at 0. */
export function createFakeClock(): FakeClock {
  let now = 0;
  let timers: { at: number; fn: () => void }[] = [];

  return {
    now: () => now,
    setTimer(fn, delayMs) {
      const timer = { at: now + Math.max(0, delayMs), fn };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    async advance(ms) {
      const until = now + ms;
      await settled();
      for (;;) {
        const due = timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers = timers.filter((each) => each !== due);
        now = Math.max(now, due.at);
        due.fn();
        await settled();
      }
      now = until;
    },
    get waiting() {
      return timers.length;
    },
  };
}

/** Resolves when all promises that can settle without time or network have settled. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
