/** A clock that a test moves by hand. */
import type { Clock } from '../src/clock.ts';

/** A clock at 0. */
export class FakeClock implements Clock {
  #now = 0;
  #timers: { at: number; fn: () => void }[] = [];

  /** The number of timers that wait. */
  get waiting(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#now;
  }

  setTimer(fn: () => void, delayMs: number): () => void {
    const timer = { at: this.#now + Math.max(0, delayMs), fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Advances the time and runs the timers that fall due, in order. Promises settle in between. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settled();
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((each) => each !== due);
      this.#now = Math.max(this.#now, due.at);
      due.fn();
      await settled();
    }
    this.#now = until;
  }
}

/** Resolves when all promises have settled that need neither time nor network. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
