/** Adds up the time between starts and stops. */
import type { Clock } from '../clock.ts';

/** A stopwatch at 0, stopped. */
export class Stopwatch {
  readonly #clock: Pick<Clock, 'now'>;
  #startedAtMs: number | null = null;
  #totalMs = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** Whether it runs. */
  get isRunning(): boolean {
    return this.#startedAtMs !== null;
  }

  /** The time it ran so far, in milliseconds. */
  get elapsedMs(): number {
    return this.#totalMs + (this.#startedAtMs === null ? 0 : this.#clock.now() - this.#startedAtMs);
  }

  /** Starts; if it runs already, nothing changes. */
  start(): void {
    this.#startedAtMs ??= this.#clock.now();
  }

  /** Stops and keeps the elapsed time. */
  stop(): void {
    this.#totalMs = this.elapsedMs;
    this.#startedAtMs = null;
  }
}
