/** Slices of time: long work returns the event loop between two of them. */
import type { Clock } from '../clock.ts';

/** One slice for each turn of the event loop, shared by everybody who asks in that turn. */
export class Slices {
  readonly #clock: Clock;
  readonly #sliceMs: number;
  /** When this turn's slice ends; null before it has begun. */
  #endMs: number | null = null;
  #turn: Promise<void> | null = null;

  constructor(clock: Clock, sliceMs: number) {
    this.#clock = clock;
    this.#sliceMs = sliceMs;
  }

  /** Whether this turn's slice is used up. The first call of a turn begins it. */
  isOver(): boolean {
    if (this.#endMs !== null) return this.#clock.now() >= this.#endMs;
    this.#endMs = this.#clock.now() + this.#sliceMs;
    void this.next();
    return false;
  }

  /** Resolves in the next turn. */
  next(): Promise<void> {
    this.#turn ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#turn = null;
        this.#endMs = null;
        resolve();
      });
    });
    return this.#turn;
  }
}
