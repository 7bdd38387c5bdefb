/** How long the server takes to answer, as a figure calm enough to read. */
import type { Clock } from '../clock.ts';

/** A new figure is told at most this often. */
export const TELL_EVERY_MS = 5_000;
/** After so long without a send, the way is measured by a request of our own. */
export const PROBE_EVERY_MS = 60_000;

export type LatencyOptions = {
  clock: Clock;
  /** Any short round trip. */
  probe(): Promise<unknown>;
  onChange(): void;
};

export type Latency = {
  /** Whole milliseconds; null before the first measurement. */
  readonly ms: number | null;
  measured(ms: number): void;
  /** Measures from time to time while there is a line. */
  start(): void;
  stop(): void;
};

/** The last measured round trip. */
export function createLatency({ clock, probe, onChange }: LatencyOptions): Latency {
  let ms: number | null = null;
  let toldAt: number | null = null;
  let measuredAt = Number.NEGATIVE_INFINITY;
  let cancel = () => {};

  async function watch(): Promise<void> {
    cancel = clock.setTimer(watch, PROBE_EVERY_MS);
    if (clock.now() - measuredAt < PROBE_EVERY_MS) return;
    const began = clock.now();
    // A probe that fails measures nothing; whether the line is dead is not for it to say.
    await probe().then(
      () => latency.measured(clock.now() - began),
      () => {},
    );
  }

  const latency: Latency = {
    get ms() {
      return ms;
    },
    measured(newMs) {
      measuredAt = clock.now();
      if (toldAt !== null && measuredAt - toldAt < TELL_EVERY_MS) return;
      ms = Math.round(newMs);
      toldAt = measuredAt;
      onChange();
    },
    start() {
      cancel();
      void watch();
    },
    stop: () => cancel(),
  };
  return latency;
}
