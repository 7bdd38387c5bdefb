/** The server's response time, as a figure that changes slowly enough to read. */
import type { Clock } from '../clock.ts';

/** The shortest time between two changes of the figure. */
export const UPDATE_EVERY_MS = 5_000;
/** Without a measurement for this long, a probe is sent. */
export const PROBE_EVERY_MS = 60_000;

/** The means and listener of a Latency. */
export type LatencyOptions = {
  clock: Clock;
  /** Makes any short round trip. */
  probe(): Promise<unknown>;
  /** Called when the figure has changed. */
  onChange(): void;
};

/** The last measured round trip. */
export class Latency {
  readonly #options: LatencyOptions;
  #ms: number | null = null;
  #updatedAtMs = Number.NEGATIVE_INFINITY;
  #measuredAtMs = Number.NEGATIVE_INFINITY;
  #cancelTimer = () => {};

  constructor(options: LatencyOptions) {
    this.#options = options;
  }

  /** The figure in whole milliseconds; null before the first measurement. */
  get ms(): number | null {
    return this.#ms;
  }

  /** Records a round trip in milliseconds. */
  record(ms: number): void {
    this.#measuredAtMs = this.#options.clock.now();
    if (this.#measuredAtMs - this.#updatedAtMs < UPDATE_EVERY_MS) return;
    this.#ms = Math.round(ms);
    this.#updatedAtMs = this.#measuredAtMs;
    this.#options.onChange();
  }

  /** Starts probing, at once and then every PROBE_EVERY_MS, unless there was a recent measurement. */
  start(): void {
    this.stop();
    void this.#probe();
  }

  /** Stops probing. */
  stop(): void {
    this.#cancelTimer();
  }

  async #probe(): Promise<void> {
    const { clock, probe } = this.#options;
    this.#cancelTimer = clock.setTimer(() => void this.#probe(), PROBE_EVERY_MS);
    const startedAtMs = clock.now();
    if (startedAtMs - this.#measuredAtMs < PROBE_EVERY_MS) return;
    // A failed probe measures nothing. The link itself finds out whether it is dead.
    await probe().then(
      () => this.record(clock.now() - startedAtMs),
      () => {},
    );
  }
}
